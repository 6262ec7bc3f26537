import { expect, test } from 'vitest'
import { withInput } from '../../src/statement/with-input.js'

test.each([
  ['SELECT * FROM input', 'WITH input AS (S) SELECT * FROM input'],
  ['with a as (select 1) select * from a, input', 'WITH input AS (S),  a as (select 1) select * from a, input'],
  ['/* WITH */ WITH RECURSIVE a AS (SELECT 1) TABLE a', 'WITH RECURSIVE input AS (S),  a AS (SELECT 1) TABLE a'],
  ['UPDATE t SET a = 1', 'WITH input AS (S) UPDATE t SET a = 1'],
])('%s', (text, expected) => {
  expect(withInput(text, 'S')).toBe(expected)
})
