import { expect, test } from 'vitest'
import { type BankRead, checkBank } from './check-bank.js'

function read(...balances: number[]): BankRead {
  return { what: 'a read', balances: new Map(balances.entries()) }
}

test('finds money made or lost, and accounts below zero', () => {
  expect(checkBank([read(50, 50), read(0, 100)], 100)).toEqual([])
  expect(checkBank([read(50, 40)], 100)).toEqual([expect.stringContaining('90 instead of 100')])
  expect(checkBank([read(-1, 101)], 100)).toEqual(['a read: account 0 holds -1'])
})
