import { equal, notEqual } from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { createTestDatabase, testDatabase } from '@cerci/dev-cluster/testing'
import { withdraw } from '../withdraw.js'

const database = testDatabase(beforeEach, afterEach)

for (const amount of [1, 2, 3]) {
  void test(`each test has a database of its own, ${amount}`, async () => {
    equal(await withdraw(database, amount), 100 - amount)
  })
}

void test('a test makes one by hand', async () => {
  const own = await createTestDatabase()
  equal(await withdraw(own, 1), 99)
  notEqual(own.name, database.name)
  await own.drop()
})
