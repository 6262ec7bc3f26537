import { expect, test } from 'vitest'
import { summarize } from '../../src/statement/summary.js'

test.each([
  ['SELECT * FROM accounts WHERE id = 1', 'SELECT', 'SELECT accounts'],
  ['select a from public."Mixed" join u on true', 'SELECT', 'SELECT public."Mixed" u'],
  ['INSERT INTO transfers SELECT * FROM unnest($1::INT8[])', 'INSERT', 'INSERT transfers SELECT'],
  ['WITH x AS (SELECT * FROM a) UPDATE b SET c = 1 FROM x', 'WITH', 'WITH SELECT a UPDATE b x'],
  ['DELETE FROM a.b WHERE c IN (SELECT d FROM e)', 'DELETE', 'DELETE a.b SELECT e'],
  ["UPSERT INTO t VALUES ('FROM secret')", 'UPSERT', 'UPSERT t'],
  ['CREATE TABLE IF NOT EXISTS t (a INT8)', 'CREATE', 'CREATE t'],
  ['COMMIT', 'COMMIT', 'COMMIT'],
  ['SELECT extract(day FROM at) FROM t', 'SELECT', 'SELECT at t'],
  ['-- nothing', '', ''],
])('%s', (text, operation, summary) => {
  expect(summarize(text)).toEqual({ operation, summary })
})

test('is short', () => {
  expect(
    summarize(`SELECT * FROM ${Array.from({ length: 99 }, (_, i) => `table_${i}`).join(' JOIN ')}`).summary,
  ).toHaveLength(255)
})
