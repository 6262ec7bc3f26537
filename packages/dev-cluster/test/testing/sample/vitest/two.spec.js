import { createTestDatabase, testDatabase } from '@cerci/dev-cluster/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withdraw } from '../withdraw.js'

const database = testDatabase(beforeEach, afterEach)

test.each([1, 2, 3])('each test has a database of its own, %i', async amount => {
  expect(await withdraw(database, amount)).toBe(100 - amount)
})

test('a test makes one by hand', async () => {
  const own = await createTestDatabase()
  expect(await withdraw(own, 1)).toBe(99)
  expect(own.name).not.toBe(database.name)
  await own.drop()
})
