import { equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testDatabase } from '@cerci/dev-cluster/testing'
import { withdraw } from '../withdraw.js'

const database = testDatabase(before, after)

// node:test gives back promises that its runner awaits.
void test('a file keeps its database from one test', async () => {
  equal(await withdraw(database, 30), 70)
})

void test('to the next', async () => {
  equal(await withdraw(database, 30), 40)
})
