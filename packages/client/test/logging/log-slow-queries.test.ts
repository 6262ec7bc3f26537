import { afterEach, expect, test, vi } from 'vitest'
import { logSlowQueries, type SlowQuery } from '../../src/logging/log-slow-queries.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()
const logged: SlowQuery[] = []
let stop = (): void => {}

function watch(thresholdMs?: number): void {
  stop = logSlowQueries(db, { thresholdMs, log: entry => logged.push(entry) })
}

afterEach(() => {
  stop()
  vi.restoreAllMocks()
  logged.length = 0
})

test('only slow statements are reported, without constants and values', async () => {
  watch(100)
  await db.query('SELECT 1')
  await db.query("SELECT pg_sleep(0.15), 'secret', $1::TEXT, $2::INT8, $3::INT8[], $4::BYTEA, $5::TEXT", [
    'hidden',
    4711,
    [1, 2],
    Buffer.from('xyz'),
    null,
  ])
  const slow = logged.find(entry => entry.statement.includes('pg_sleep'))
  expect(slow).toEqual({
    statement: 'SELECT pg_sleep(_), _, _::TEXT, _::INT8, _::INT8[], _::BYTEA, _::TEXT',
    durationMs: expect.any(Number),
    rows: 1,
    code: undefined,
    parameters: ['string', 'number', 'array(2)', 'bytes(3)', 'null'],
    node: expect.stringMatching(/^.+:\d+$/),
    region: expect.toBeOneOf([undefined, expect.any(String)]),
    database: db.pool.connections.settings.database,
    inTransaction: false,
  })
  expect(slow?.durationMs).toBeGreaterThanOrEqual(140)
  expect(logged.every(entry => entry.durationMs >= 100)).toBe(true)
  expect(JSON.stringify(logged)).not.toMatch(/secret|hidden|4711/)
})

test('failed ones and those in transactions say so', async () => {
  watch(0)
  await db.transaction(async tx => await tx.query('SELECT 1 / $1::INT8', [0])).catch(() => undefined)
  expect(logged.find(entry => entry.statement.startsWith('SELECT'))).toMatchObject({
    code: '22012',
    rows: undefined,
    inTransaction: true,
  })
})

test('a log that throws does not fail the query', async () => {
  const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  stop = logSlowQueries(db, {
    thresholdMs: 0,
    log: () => {
      throw new Error('disk full')
    },
  })
  expect((await db.query('SELECT 1::INT4 AS one')).rows).toEqual([{ one: 1 }])
  expect(warning).toHaveBeenCalledTimes(1)
})

test('a threshold is a number', () => {
  expect(() => watch(Number.NaN)).toThrow(expect.objectContaining({ code: 'CERCI_INVALID_OPTION' }))
})
