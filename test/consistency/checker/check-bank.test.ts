import { expect, test } from 'vitest'
import { checkBank } from './check-bank.js'

test('finds money made or lost, and accounts below zero', () => {
  const read = (...balances: number[]) => ({ what: 'a read', balances: new Map(balances.entries()) })
  expect(checkBank([read(50, 50), read(0, 100)], 100)).toEqual([])
  expect(checkBank([read(50, 40)], 100)).toEqual([expect.stringContaining('90 instead of 100')])
  expect(checkBank([read(-1, 101)], 100)).toEqual(['a read: account 0 holds -1'])
})
