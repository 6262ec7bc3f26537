import { dirname } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Engine } from '../../src/engine/engine.js'
import { postgresqlConf } from '../../src/engine/settings.js'

let engine: Engine

beforeAll(async () => {
  engine = await Engine.start()
  await engine.query('defaultdb', 'CREATE TABLE public.small (id int8 PRIMARY KEY, n int8)')
  await engine.query('defaultdb', 'INSERT INTO public.small SELECT i, 0 FROM generate_series(1, 20) i')
  await engine.query('defaultdb', 'GRANT ALL ON public.small TO root')
})
afterAll(() => engine.stop())

/** As a session of the gateway is connected. */
async function connect(): Promise<Client> {
  const client = new Client({ host: dirname(engine.socketPath), port: 5432, user: 'root', database: 'defaultdb' })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

describe('a session', () => {
  test('is serializable, and no superuser', async () => {
    const client = await connect()
    expect((await client.query('SHOW transaction_isolation')).rows).toEqual([{ transaction_isolation: 'serializable' }])
    expect(await engine.query('system', "SELECT rolsuper FROM pg_authid WHERE rolname = 'root'")).toEqual([
      { rolsuper: 'f' },
    ])
  })

  test('locks the keys it reads of a small table, not the table', async () => {
    const client = await connect()
    await client.query('BEGIN')
    for (let id = 1; id <= 5; id++) await client.query('SELECT n FROM small WHERE id = $1', [id])
    const locks = await engine.query(
      'defaultdb',
      "SELECT DISTINCT locktype FROM pg_locks WHERE mode = 'SIReadLock' ORDER BY 1",
    )
    expect(locks).toEqual([{ locktype: 'page' }, { locktype: 'tuple' }]) // a leaf of the index, and rows
    await client.query('ROLLBACK')
  })

  test('does not conflict with another on other rows of a small table', async () => {
    const [one, two] = [await connect(), await connect()]
    for (const client of [one, two]) await client.query('BEGIN')
    await one.query('SELECT n FROM small WHERE id = 1')
    await two.query('SELECT n FROM small WHERE id = 2')
    await one.query('UPDATE small SET n = n + 1 WHERE id = 1')
    await two.query('UPDATE small SET n = n + 1 WHERE id = 2')
    for (const client of [one, two]) expect(await client.query('COMMIT')).toMatchObject({ command: 'COMMIT' })
  })

  test('finds a deadlock at once', async () => {
    const [one, two] = [await connect(), await connect()]
    for (const client of [one, two]) await client.query('BEGIN ISOLATION LEVEL READ COMMITTED')
    await one.query('UPDATE small SET n = 5 WHERE id = 10')
    await two.query('UPDATE small SET n = 5 WHERE id = 11')
    const began = performance.now()
    const outcomes = await Promise.allSettled([
      one.query('UPDATE small SET n = 6 WHERE id = 11'),
      two.query('UPDATE small SET n = 6 WHERE id = 10').catch(async (error: unknown) => {
        await two.query('ROLLBACK')
        throw error
      }),
      // Whichever is chosen must let go of its locks.
    ])
    expect(performance.now() - began).toBeLessThan(900) // PostgreSQL's own default is to look after a second
    expect(outcomes).toContainEqual({ status: 'rejected', reason: expect.objectContaining({ code: '40P01' }) })
  })
})

test('many transactions that read much do not run out of locks', async () => {
  await engine.query('defaultdb', 'CREATE TABLE public.large (id int8 PRIMARY KEY, n int8)')
  await engine.query('defaultdb', 'INSERT INTO public.large SELECT i, 0 FROM generate_series(1, 3000) i')
  await engine.query('defaultdb', 'GRANT ALL ON public.large TO root')
  const clients = await Promise.all(Array.from({ length: 40 }, connect))
  await Promise.all(clients.map(client => client.query('BEGIN')))
  const counts = await Promise.all(clients.map(client => client.query('SELECT count(n) FROM large WHERE id > 0')))
  expect(counts.map(({ rows: [row] }) => Number(row.count))).toEqual(counts.map(() => 3000))
  await Promise.all(clients.map(client => client.query('COMMIT')))
})

test('only a durable engine waits for the disk', () => {
  const [lost, kept] = [false, true].map(durable => postgresqlConf({ durable, socketFolder: "/tmp/it's" }))
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    expect(lost).toContain(`\n${setting} = off\n`)
    expect(kept).not.toContain(`\n${setting} = off\n`)
  }
  expect(kept).toContain("unix_socket_directories = '/tmp/it''s'")
})
