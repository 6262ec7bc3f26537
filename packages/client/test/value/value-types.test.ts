import { expect, test } from 'vitest'
import { Decimal } from '../../src/value/decimal.js'
import { valueTypes } from '../../src/value/value-types.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()

const SAMPLE = `SELECT 9007199254740993::INT8 AS big, ARRAY[9007199254740993, NULL]::INT8[] AS bigs,
  0.10::DECIMAL AS dec, ARRAY[0.1000000000000000055511151231257827, NULL]::DECIMAL[] AS decs,
  '2026-01-02 03:04:05.123456+00'::TIMESTAMPTZ AS tz, ARRAY['2026-01-02 03:04:05.123456+00']::TIMESTAMPTZ[] AS tzs,
  '2026-01-02 03:04:05.000001'::TIMESTAMP AS ts, '2026-01-02'::DATE AS day, ARRAY['2026-01-02', NULL]::DATE[] AS days`

test('by default nothing is lossy, and dates are Dates', async () => {
  const { rows } = await db.query({ text: SAMPLE, types: valueTypes() })
  expect(rows[0]).toEqual({
    big: '9007199254740993',
    bigs: ['9007199254740993', null],
    dec: '0.10',
    decs: ['0.1000000000000000055511151231257827', null],
    tz: new Date('2026-01-02T03:04:05.123Z'),
    tzs: [new Date('2026-01-02T03:04:05.123Z')],
    ts: new Date(2026, 0, 2, 3, 4, 5),
    day: new Date(2026, 0, 2),
    days: [new Date(2026, 0, 2), null],
  })
})

test('bigint, Decimal and microseconds on request, in arrays too', async () => {
  const types = valueTypes({ int8: 'bigint', decimal: 'decimal', timestamp: 'string', date: 'string' })
  const { rows } = await db.query({ text: SAMPLE, types })
  expect(rows[0]).toEqual({
    big: 9_007_199_254_740_993n,
    bigs: [9_007_199_254_740_993n, null],
    dec: Decimal.of(10n, 2),
    decs: [Decimal.parse('0.1000000000000000055511151231257827'), null],
    tz: '2026-01-02T03:04:05.123456Z',
    tzs: ['2026-01-02T03:04:05.123456Z'],
    ts: '2026-01-02T03:04:05.000001',
    day: '2026-01-02',
    days: ['2026-01-02', null],
  })
})

test('what has no zone can be taken as UTC', async () => {
  const { rows } = await db.query({ text: SAMPLE, types: valueTypes({ zone: 'utc' }) })
  expect(rows[0]).toMatchObject({ ts: new Date('2026-01-02T03:04:05Z'), day: new Date('2026-01-02T00:00:00Z') })
})

test('what is read can be sent back', async () => {
  const types = valueTypes({ int8: 'bigint', decimal: 'decimal', timestamp: 'string', date: 'string' })
  const { rows } = await db.query({ text: SAMPLE, types })
  const sent = await db.query({
    text: `SELECT $1::INT8 = 9007199254740993 AS big, $2::DECIMAL = 0.1 AS dec, $3::TIMESTAMPTZ = '2026-01-02 03:04:05.123456+00' AS tz,
      $4::TIMESTAMP = '2026-01-02 03:04:05.000001' AS ts, $5::DATE = '2026-01-02' AS day`,
    values: ['big', 'dec', 'tz', 'ts', 'day'].map(name => rows[0]?.[name]),
  })
  expect(sent.rows).toEqual([{ big: true, dec: true, tz: true, ts: true, day: true }])
})

test('a value that Decimal cannot hold fails its query, not the connection', async () => {
  const query = db.query({ text: "SELECT 'NaN'::DECIMAL AS n", types: valueTypes({ decimal: 'decimal' }) })
  await expect(query).rejects.toMatchObject({ code: 'CERCI_BAD_VALUE' })
  expect((await db.query('SELECT 1::INT4 AS one')).rows).toEqual([{ one: 1 }])
})

test('other queries are not touched', async () => {
  await db.query({ text: SAMPLE, types: valueTypes({ int8: 'bigint' }) })
  expect((await db.query('SELECT 1::INT8 AS one')).rows).toEqual([{ one: '1' }])
})
