import type { Client } from 'pg'
import { beforeEach, describe, expect, it } from 'vitest'
import { sessionCluster } from '../session-cluster.js'

const cluster = await sessionCluster()
await cluster.useFreshDatabase()

beforeEach(async () => {
  const client = await cluster.connect()
  await client.query('DROP TABLE IF EXISTS r')
  await client.query('CREATE TABLE r (id int8 PRIMARY KEY, v int4)')
  await client.query('INSERT INTO r VALUES (1, 0), (2, 0), (3, 0)')
})

async function value(client: Client, id: number): Promise<number> {
  const { rows } = await client.query<{ v: number }>('SELECT v FROM r WHERE id = $1', [id])
  return Number(rows[0]?.v)
}

/** Settles when so many backends wait for a lock. */
async function untilWaiting(): Promise<void> {
  const waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
  await expect.poll(() => cluster.engine.query(cluster.database, waiting), { interval: 5 }).toEqual([{ count: '1' }])
}

async function begun(level: string): Promise<[Client, Client]> {
  const clients: [Client, Client] = [await cluster.connect(), await cluster.connect()]
  for (const client of clients) await client.query(`BEGIN ISOLATION LEVEL ${level}`)
  return clients
}

describe('READ COMMITTED', () => {
  it.each([
    ['READ COMMITTED', 'read committed'],
    ['READ UNCOMMITTED', 'read committed'],
    ['REPEATABLE READ', 'serializable'],
    ['SNAPSHOT', 'serializable'],
    ['SERIALIZABLE', 'serializable'],
  ])('%s is %s', async (asked, given) => {
    const client = await cluster.connect()
    await client.query(`BEGIN ISOLATION LEVEL ${asked}`)
    expect((await client.query('SHOW transaction_isolation')).rows).toEqual([{ transaction_isolation: given }])
  })

  it('shows every statement what has been committed before it', async () => {
    const [a, b] = await begun('READ COMMITTED')
    expect(await value(a, 1)).toBe(0)
    await b.query('UPDATE r SET v = 5 WHERE id = 1')
    expect(await value(a, 1)).toBe(0)
    await b.query('COMMIT')
    expect(await value(a, 1)).toBe(5)
  })

  it('lets updates be lost, and skewed writes pass, without an error', async () => {
    const [a, b] = await begun('READ COMMITTED')
    const [seenByA, seenByB] = [await value(a, 1), await value(b, 1)]
    await a.query('UPDATE r SET v = $1 WHERE id = 1', [seenByA + 1])
    await a.query('UPDATE r SET v = v - 1 WHERE id = 2')
    await a.query('COMMIT')
    await b.query('UPDATE r SET v = $1 WHERE id = 1', [seenByB + 1])
    await b.query('COMMIT')
    expect(await value(a, 1)).toBe(1)
  })

  it('never asks for a retry of statements that wait for each other in turn', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => cluster.connect()))
    await Promise.all(
      clients.map(async client => {
        for (let n = 0; n < 10; n++) {
          await client.query('BEGIN ISOLATION LEVEL READ COMMITTED')
          await client.query('SELECT v FROM r WHERE id = 2')
          await client.query('UPDATE r SET v = v + 1 WHERE id = 1')
          await client.query('COMMIT')
        }
      }),
    )
    expect(await value(clients[0]!, 1)).toBe(80)
  })

  it('protects what SELECT FOR UPDATE has read', async () => {
    const [a, b] = await begun('READ COMMITTED')
    const read = 'SELECT v FROM r WHERE id = 1 FOR UPDATE'
    await a.query(read)
    const second = b.query<{ v: number }>(read)
    await untilWaiting()
    await a.query('UPDATE r SET v = 7 WHERE id = 1')
    await a.query('COMMIT')
    expect((await second).rows).toEqual([{ v: 7 }])
    await b.query('COMMIT')
  })
})

describe.each(['READ COMMITTED', 'SERIALIZABLE'])('locking reads at %s', level => {
  it('NOWAIT fails where a row is locked', async () => {
    const [a, b] = await begun(level)
    await a.query('SELECT v FROM r WHERE id = 1 FOR UPDATE')
    await expect(b.query('SELECT v FROM r WHERE id = 1 FOR UPDATE NOWAIT')).rejects.toMatchObject({
      code: '55P03',
      message: expect.stringMatching(/^could not obtain lock on row/),
    })
    await b.query('ROLLBACK')
    expect((await b.query('SELECT v FROM r WHERE id = 2 FOR UPDATE NOWAIT')).rows).toEqual([{ v: 0 }])
  })

  it('SKIP LOCKED takes the rows that nobody has locked', async () => {
    const [a, b] = await begun(level)
    const take = 'SELECT id FROM r ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED'
    expect((await a.query(take)).rows).toEqual([{ id: '1' }])
    expect((await b.query(take)).rows).toEqual([{ id: '2' }])
    for (const client of [a, b]) await client.query('COMMIT')
    expect((await b.query(take)).rows).toEqual([{ id: '1' }])
  })

  it('a lock that is waited for too long ends in 55P03', async () => {
    const [a, b] = await begun(level)
    await a.query('SELECT v FROM r WHERE id = 1 FOR UPDATE')
    await b.query("SET lock_timeout = '50ms'")
    await expect(b.query('SELECT v FROM r WHERE id = 1 FOR UPDATE')).rejects.toMatchObject({ code: '55P03' })
  })
})

async function isolation(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ transaction_isolation: string }>('SHOW transaction_isolation')
  return rows[0]?.transaction_isolation
}

describe('without sql.txn.read_committed_isolation.enabled', () => {
  it('everything is serializable, however it is asked for, until it is allowed again', async () => {
    const [client, before] = [await cluster.connect(), await cluster.connect()]
    await before.query(`SET default_transaction_isolation = 'read committed'`)
    await before.query('BEGIN')
    expect(await isolation(before)).toBe('read committed')
    await before.query('COMMIT')
    await client.query('SET CLUSTER SETTING sql.txn.read_committed_isolation.enabled = false')
    for (const begin of [
      'BEGIN ISOLATION LEVEL READ COMMITTED',
      'BEGIN ISOLATION LEVEL READ UNCOMMITTED',
      'BEGIN; SET TRANSACTION ISOLATION LEVEL READ COMMITTED',
      `BEGIN; SET transaction_isolation = 'read committed'`,
      `SET default_transaction_isolation = 'read committed'; BEGIN`,
      'SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED; BEGIN',
    ]) {
      await client.query(begin)
      expect([begin, await isolation(client)]).toEqual([begin, 'serializable'])
      await client.query('ROLLBACK')
    }
    await before.query('BEGIN')
    expect(await isolation(before)).toBe('serializable')
    await before.query('ROLLBACK')
    await client.query('RESET CLUSTER SETTING sql.txn.read_committed_isolation.enabled')
    for (const again of [client, before]) {
      await again.query('BEGIN ISOLATION LEVEL READ COMMITTED')
      expect(await isolation(again)).toBe('read committed')
      await again.query('ROLLBACK')
    }
  })

  it('a lost update is refused', async () => {
    const client = await cluster.connect()
    await client.query('SET CLUSTER SETTING sql.txn.read_committed_isolation.enabled = false')
    const [a, b] = await begun('READ COMMITTED')
    await value(a, 1)
    await value(b, 1)
    await a.query('UPDATE r SET v = 1 WHERE id = 1')
    await a.query('COMMIT')
    await expect(b.query('UPDATE r SET v = 2 WHERE id = 1')).rejects.toMatchObject({ code: '40001' })
    await b.query('ROLLBACK')
    await client.query('RESET CLUSTER SETTING sql.txn.read_committed_isolation.enabled')
  })
})
