import type { Client } from 'pg'
import { expect, it } from 'vitest'
import { statementMessages } from '../raw-client.js'
import { sessionCluster } from '../session-cluster.js'

const cluster = await sessionCluster()

async function status(client: Client, name?: string): Promise<unknown> {
  const text = 'SHOW TRANSACTION STATUS'
  return (await client.query<Record<string, string>>(name === undefined ? text : { name, text })).rows[0]?.[
    'TRANSACTION STATUS'
  ]
}

it('says what has become of a transaction that takes nothing else any more', async () => {
  const client = await cluster.connect()
  for (const name of [undefined, 'prepared']) {
    expect(await status(client, name)).toBe('NoTxn')
    await client.query('BEGIN')
    expect(await status(client, name)).toBe('Open')
    await expect(client.query('SELECT nope')).rejects.toMatchObject({ code: '42703' })
    expect(await status(client, name)).toBe('Aborted')
    await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' })
    expect(await status(client, name)).toBe('Aborted')
    expect((await client.query('COMMIT')).command).toBe('ROLLBACK')
    await client.query('BEGIN')
    await client.query('SAVEPOINT cockroach_restart')
    await client.query('RELEASE SAVEPOINT cockroach_restart')
    expect(await status(client, name)).toBe('CommitWait')
    await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25000' })
    await client.query('COMMIT')
    expect(await status(client, name)).toBe('NoTxn')
  }
})

it('a savepoint is still there to roll back to, and SHOW SAVEPOINT STATUS says so', async () => {
  const client = await cluster.connect()
  await client.query('BEGIN')
  await client.query('SAVEPOINT kept')
  await expect(client.query('SELECT nope')).rejects.toMatchObject({ code: '42703' })
  expect((await client.query('SHOW SAVEPOINT STATUS')).rows).toEqual([
    { savepoint_name: 'kept', is_initial_savepoint: true },
  ])
  await client.query('ROLLBACK TO SAVEPOINT kept')
  expect(await status(client)).toBe('Open')
  await client.query('ROLLBACK')
})

it('the client is told that the transaction is still aborted', async () => {
  const raw = await cluster.connectRaw()
  await raw.query('BEGIN')
  await raw.query('SELECT nope')
  raw.send(...statementMessages('SHOW TRANSACTION STATUS'), { name: 'Sync' })
  const messages = await raw.untilReady()
  expect(messages.map(({ name }) => name)).toEqual([
    'ParseComplete',
    'BindComplete',
    'RowDescription',
    'DataRow',
    'CommandComplete',
    'ReadyForQuery',
  ])
  expect(messages.at(-1)).toMatchObject({ status: 'E' })
})
