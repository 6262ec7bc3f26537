import type { Client } from 'pg'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { variables } from '../../src/variables/variables.js'
import { engineUnderTest } from './sql-user.js'

const { connect } = engineUnderTest()
let client: Client
beforeAll(async () => {
  client = await connect()
})
beforeEach(() => client.query('RESET ALL'))

async function setting(name: string): Promise<string> {
  const { rows } = await client.query<{ value: string }>('SELECT current_setting($1) AS value', [name])
  return rows[0]?.value ?? ''
}

test('every variable has its default in a new session', async () => {
  const { rows } = await client.query<{ variable: string; value: string }>(
    'SELECT variable, value FROM crdb_internal.session_variables',
  )
  const values = new Map(rows.map(row => [row.variable, row.value]))
  const ofTheSession = new Set([
    'database',
    'session_user',
    'session_authorization',
    'is_superuser',
    'locality',
    'node_id',
  ])
  const wrong = variables.filter(
    variable => !ofTheSession.has(variable.name) && values.get(variable.name) !== variable.default,
  )
  expect(wrong.map(({ name, default: expected }) => ({ name, expected, found: values.get(name) }))).toEqual([])
  expect(values.size).toBe(variables.length)
  expect(Object.fromEntries([...ofTheSession].map(name => [name, values.get(name)]))).toEqual({
    database: 'defaultdb',
    session_user: 'root',
    session_authorization: 'root',
    is_superuser: 'on',
    locality: 'region=eu-west-1,zone=eu-west-1a',
    node_id: '2',
  })
})

test('the client sees its own part of the search path', async () => {
  expect(await setting('search_path')).toBe('"$user", public')
  await client.query(`CREATE SCHEMA IF NOT EXISTS sales`)
  await client.query(`SELECT set_config('search_path', 'sales, public', false)`)
  expect(await setting('search_path')).toBe('sales, public')
  expect(
    (await client.query('SELECT current_schema(), current_schemas(false) AS own, current_schemas(true) AS every'))
      .rows[0],
  ).toEqual({
    current_schema: 'sales',
    own: '{sales,public}',
    every: '{pg_catalog,pg_extension,sales,public}',
  })
  expect((await client.query('SELECT 1/2 AS half')).rows[0]).toEqual({
    half: '0.50000000000000000000'.replace(/0+$/, ''),
  })
})

test('timeouts are milliseconds, whatever PostgreSQL prints', async () => {
  await client.query(`SET statement_timeout = '2min'`)
  expect(await setting('statement_timeout')).toBe('120000')
  expect((await client.query(`SELECT set_config('lock_timeout', '1m30s', false) AS value`)).rows).toEqual([
    { value: '90000' },
  ])
  expect(
    (await client.query(`SELECT setting FROM crdb_internal."pg_catalog.pg_settings" WHERE name = 'lock_timeout'`)).rows,
  ).toEqual([{ setting: '90000' }])
})

test('set_config changes what current_setting and SHOW print, also for a transaction only', async () => {
  await client.query('BEGIN')
  await client.query(`SELECT set_config('distsql', 'off', true), set_config('app.tenant', '7', true)`)
  expect([await setting('distsql'), await setting('app.tenant')]).toEqual(['off', '7'])
  await client.query('COMMIT')
  expect(await setting('distsql')).toBe('auto')
  await client.query(`SELECT set_config('sql_safe_updates', 'true', false)`)
  expect(await setting('sql_safe_updates')).toBe('on')
})

test.each([
  [`SELECT current_setting('nope')`, '42704'],
  [`SELECT set_config('nope', '1', false)`, '42704'],
  [`SELECT set_config('crdb.node_id', '9', false)`, '42704'],
  [`SELECT set_config('node_id', '9', false)`, '55P02'],
])('%s fails with %s', async (statement, code) => {
  await expect(client.query(statement)).rejects.toMatchObject({ code })
})

test('a missing setting may be asked for', async () => {
  expect((await client.query(`SELECT current_setting('nope', true) AS value`)).rows).toEqual([{ value: null }])
})
