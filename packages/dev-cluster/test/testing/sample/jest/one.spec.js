import { testDatabase } from '@cerci/dev-cluster/testing'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { withdraw } from '../withdraw.js'

const database = testDatabase(beforeAll, afterAll)

test('a file keeps its database from one test', async () => {
  expect(await withdraw(database, 30)).toBe(70)
})

test('to the next', async () => {
  expect(await withdraw(database, 30)).toBe(40)
})
