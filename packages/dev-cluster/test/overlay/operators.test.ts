import type pg from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { engineUnderTest } from './sql-user.js'

const { connect } = engineUnderTest()
let client: pg.Client
beforeAll(async () => {
  client = await connect()
})

async function value(expression: string): Promise<unknown> {
  const result = await client.query({
    text: `SELECT (${expression})::text, pg_typeof(${expression})::text`,
    rowMode: 'array',
  })
  return result.rows[0]
}

test.each([
  ['0::float8 ^ -1::float8', 'Infinity', 'double precision'],
  ['pow(0::float8, -1)', 'Infinity', 'double precision'],
  ['power(2::float8, 3)', '8', 'double precision'],
  ['2.5 ^ 2', '6.2500000000000000', 'numeric'],
  ['1/2', '0.5', 'numeric'],
  ['10/2', '5', 'numeric'],
  ['-7/2', '-3.5', 'numeric'],
  ['1/3', '0.33333333333333333333', 'numeric'],
  ['2/3', '0.66666666666666666667', 'numeric'],
  ['1000/3', '333.33333333333333333', 'numeric'],
  ['1/300', '0.0033333333333333333333', 'numeric'],
  ['9223372036854775807::int8/-1', '-9223372036854775807', 'numeric'],
  ['10.00/4', '2.50', 'numeric'],
  ['1/0.01', '100', 'numeric'],
  ["'NaN'::numeric/2", 'NaN', 'numeric'],
  ['null::int8/2', null, 'numeric'],
  ['1::float8/4', '0.25', 'double precision'],
  ['1+1', '2', 'bigint'],
  ['2000000000+2000000000', '4000000000', 'bigint'],
  ['2::int2*3::int2', '6', 'bigint'],
  ['7 % 4', '3', 'bigint'],
  ['5 & 3', '1', 'bigint'],
  ['5 | 2', '7', 'bigint'],
  ['5 # 3', '6', 'bigint'],
  ['~1', '-2', 'bigint'],
  ['1 << 40', '1099511627776', 'bigint'],
  ['16 >> 2::int8', '4', 'bigint'],
  ['crdb_internal.floor_div(7, 2)', '3', 'bigint'],
  ['crdb_internal.floor_div(-7, 2)', '-3', 'bigint'],
  ['crdb_internal.floor_div(7.5, 2)', '3', 'numeric'],
  ['2^10', '1024', 'bigint'],
  ['2^0.5', '1.4142135623730950', 'numeric'],
  ['1::int8 << 3::int8', '8', 'bigint'],
  ["date '2024-03-01' - date '2024-02-01'", '29', 'bigint'],
  ["date '2024-03-01' + 1::int8", '2024-03-02', 'date'],
  [`'{"a": [10, 20]}'::jsonb -> 'a' -> 1::int8`, '20', 'jsonb'],
])('%s is %s', async (expression, expected, type) => {
  expect(await value(expression)).toEqual([expected, type])
})

test('division by zero and shifts by too much fail', async () => {
  await expect(value('1/0')).rejects.toMatchObject({ code: '22012' })
  await expect(value('1::int8 << 64::int8')).rejects.toMatchObject({ code: '22003' })
})

test('an index on an integer column serves a condition with arithmetic', async () => {
  await client.query('CREATE TABLE indexed (id int8 PRIMARY KEY, small int4)')
  await client.query('CREATE INDEX ON indexed (small)')
  const plan = async (condition: string) =>
    (await client.query(`EXPLAIN SELECT * FROM indexed WHERE ${condition}`)).rows
  expect(JSON.stringify(await plan('id = 1 + 1'))).toContain('Index Scan using indexed_pkey')
  expect(JSON.stringify(await plan('small = 1 + 1'))).toMatch(
    /Index Scan .*indexed_small_idx|Bitmap Index Scan on indexed_small_idx/,
  )
})
