import type { Client } from 'pg'
import { beforeEach, describe, expect, it } from 'vitest'
import { sessionCluster } from '../session-cluster.js'

const cluster = await sessionCluster()
await cluster.useFreshDatabase()

/** Settles when a backend waits for a lock, so that tests need no pauses. */
async function untilWaiting(waiting = 1): Promise<void> {
  for (;;) {
    const [row] = await cluster.engine.query(
      cluster.database,
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
    )
    if (Number(row?.['count']) >= waiting) return
  }
}

async function value(client: Client, id: number): Promise<number> {
  const { rows } = await client.query<{ v: number }>('SELECT v FROM c WHERE id = $1', [id])
  return Number(rows[0]?.v)
}

function retries(): number[] {
  return cluster.gateway.sessions().map(({ transaction }) => transaction?.automaticRetries ?? 0)
}

beforeEach(async () => {
  const client = await cluster.connect()
  await client.query('DROP TABLE IF EXISTS c')
  await client.query('CREATE TABLE c (id int8 PRIMARY KEY, v int4)')
  await client.query('INSERT INTO c VALUES (1, 0), (2, 0), (3, 0), (4, 0)')
  await client.end()
})

describe('conflicts that CockroachDB resolves by waiting', () => {
  it('lone increments of one row by many clients all succeed', async () => {
    const clients = await Promise.all(Array.from({ length: 16 }, () => cluster.connect()))
    await Promise.all(
      clients.map(async client => {
        for (let i = 0; i < 10; i++) await client.query('UPDATE c SET v = v + 1 WHERE id = 1')
      }),
    )
    expect(await value(clients[0]!, 1)).toBe(160)
  })

  it('tables, types and rights made or changed by many at once', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => cluster.connect()))
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        clients.map(async client => {
          await client.query(`CREATE TABLE IF NOT EXISTS made_${round} (id INT8 PRIMARY KEY)`)
          await client.query(`CREATE TYPE IF NOT EXISTS kind_${round} AS ENUM ('a')`)
          await client.query(`GRANT SELECT ON TABLE made_${round} TO public`)
        }),
      )
    }
    const { rows } = await clients[0]!.query("SELECT count(*) AS n FROM pg_tables WHERE tablename LIKE 'made_%'")
    expect(rows).toEqual([{ n: '20' }])
  })

  it('blind increments in transactions succeed, though the row was locked', async () => {
    const [a, b] = [await cluster.connect(), await cluster.connect()]
    await a.query('BEGIN')
    await b.query('BEGIN')
    await a.query('UPDATE c SET v = v + 1 WHERE id = 1')
    const second = b.query('UPDATE c SET v = v + 1 WHERE id = 1')
    await untilWaiting()
    await a.query('COMMIT')
    await second
    expect(retries()).toContain(1)
    await b.query('COMMIT')
    expect(await value(a, 1)).toBe(2)
  })

  it('SELECT FOR UPDATE of the same row waits and then sees the new value', async () => {
    const [a, b] = [await cluster.connect(), await cluster.connect()]
    for (const client of [a, b]) await client.query('BEGIN')
    const read = 'SELECT v FROM c WHERE id = 1 FOR UPDATE'
    await a.query(read)
    const second = b.query<{ v: number }>(read)
    await untilWaiting()
    await a.query('UPDATE c SET v = 7 WHERE id = 1')
    await a.query('COMMIT')
    expect((await second).rows).toEqual([{ v: 7 }])
    await b.query('UPDATE c SET v = v + 1 WHERE id = 1')
    await b.query('COMMIT')
    expect(await value(a, 1)).toBe(8)
  })

  it('transactions on disjoint rows of a small table commit', async () => {
    const [a, b] = [await cluster.connect(), await cluster.connect()]
    for (const client of [a, b]) await client.query('BEGIN')
    expect([await value(a, 1), await value(b, 2)]).toEqual([0, 0])
    await a.query('UPDATE c SET v = 1 WHERE id = 1')
    await b.query('UPDATE c SET v = 1 WHERE id = 2')
    await a.query('COMMIT')
    await b.query('COMMIT')
  })

  it('a later statement that meets a newer version is replayed when what was read still holds', async () => {
    const [a, b] = [await cluster.connect(), await cluster.connect()]
    await a.query('BEGIN')
    expect(await value(a, 2)).toBe(0)
    await a.query({ name: 'in transaction', text: 'SELECT v FROM c WHERE id = $1', values: [3] })
    await a.query('INSERT INTO c VALUES (5, 0)')
    await b.query('UPDATE c SET v = 10 WHERE id = 1')
    await a.query('UPDATE c SET v = v + 1 WHERE id = 1')
    expect(retries()).toContain(1)
    await a.query({ name: 'in transaction', text: 'SELECT v FROM c WHERE id = $1', values: [3] })
    await a.query('COMMIT')
    expect([await value(a, 1), await value(a, 5)]).toEqual([11, 0])
  })

  it('a replay does not trip over a prepared statement named as the gateway is', async () => {
    const [a, b] = [await cluster.connect(), await cluster.connect()]
    const named = { name: 'cerci', text: 'SELECT v FROM c WHERE id = $1', values: [3] }
    await a.query(named)
    await a.query('BEGIN')
    await a.query('INSERT INTO c VALUES (5, 5)')
    await b.query('UPDATE c SET v = 10 WHERE id = 1')
    await a.query('UPDATE c SET v = v + 1 WHERE id = 1')
    expect(retries()).toContain(1)
    expect((await a.query(named)).rows).toEqual([{ v: 0 }])
    await a.query('COMMIT')
    expect([await value(a, 1), await value(a, 5)]).toEqual([11, 5])
    expect(cluster.log).toEqual([])
  })

  it('a replay goes through savepoints and the errors inside them', async () => {
    const [a, b] = [await cluster.connect(), await cluster.connect()]
    await a.query('BEGIN')
    await a.query('SAVEPOINT s')
    await expect(a.query('INSERT INTO c VALUES (2, 0)')).rejects.toMatchObject({ code: '23505' })
    await a.query('ROLLBACK TO SAVEPOINT s')
    await a.query('INSERT INTO c VALUES (6, 6)')
    await b.query('UPDATE c SET v = 10 WHERE id = 1')
    await a.query('UPDATE c SET v = v + 1 WHERE id = 1')
    await a.query('COMMIT')
    expect([await value(a, 1), await value(a, 6)]).toEqual([11, 6])
  })

  it('deadlocks of lone statements, none of which its client hears of', async () => {
    const [a, b] = [await cluster.connect(), await cluster.connect()]
    const upwards = 'UPDATE c SET v = v + 1 FROM (SELECT id FROM c ORDER BY id FOR UPDATE) AS l WHERE c.id = l.id'
    for (let round = 0; round < 20; round++) {
      await Promise.all([a.query(upwards), b.query(upwards.replace('ORDER BY id', 'ORDER BY id DESC'))])
    }
    expect([await value(a, 1), await value(a, 4)]).toEqual([40, 40])
  })
})

describe('conflicts that are real', () => {
  const restart = { code: '40001', message: expect.stringMatching(/^restart transaction/) }

  it('an update after a read that is no longer true fails', async () => {
    const [a, b] = [await cluster.connect(), await cluster.connect()]
    await a.query('BEGIN')
    const seen = await value(a, 1)
    await b.query('UPDATE c SET v = 10 WHERE id = 1')
    await expect(a.query('UPDATE c SET v = $1 WHERE id = 1', [seen + 1])).rejects.toMatchObject(restart)
    await expect(a.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' })
    expect((await a.query('COMMIT')).command).toBe('ROLLBACK')
    expect(await value(a, 1)).toBe(10)
  })

  it.each(['SERIALIZABLE', 'READ COMMITTED'])(
    'a deadlock ends one of the two at %s, and the other goes on',
    async level => {
      const [a, b] = [await cluster.connect(), await cluster.connect()]
      for (const client of [a, b]) await client.query(`BEGIN ISOLATION LEVEL ${level}`)
      await a.query('UPDATE c SET v = v + 1 WHERE id = 1')
      await b.query('UPDATE c SET v = v + 1 WHERE id = 2')
      const first = a.query('UPDATE c SET v = v + 1 WHERE id = 2')
      await untilWaiting()
      const second = b.query('UPDATE c SET v = v + 1 WHERE id = 1')
      const ends = await Promise.allSettled([
        first.catch(async (error: unknown) => {
          await a.query('ROLLBACK')
          throw error
        }),
        second.catch(async (error: unknown) => {
          await b.query('ROLLBACK')
          throw error
        }),
      ])
      const failures = ends.flatMap(end => (end.status === 'rejected' ? [end.reason] : []))
      expect(failures).toEqual([
        expect.objectContaining({ ...restart, message: expect.stringContaining('ABORT_REASON') }),
      ])
      for (const client of [a, b]) await client.query('COMMIT')
      expect([await value(a, 1), await value(a, 2)]).toEqual([1, 1])
    },
  )

  it('write skew fails', async () => {
    const [a, b] = [await cluster.connect(), await cluster.connect()]
    for (const client of [a, b]) await client.query('BEGIN')
    for (const client of [a, b]) await client.query('SELECT sum(v) FROM c WHERE id IN (1, 2)')
    await a.query('UPDATE c SET v = v - 1 WHERE id = 1')
    await b.query('UPDATE c SET v = v - 1 WHERE id = 2')
    await a.query('COMMIT')
    await expect(b.query('COMMIT')).rejects.toMatchObject(restart)
    expect(await value(a, 2)).toBe(0)
    expect((await b.query('BEGIN')).command).toBe('BEGIN')
  })

  it('is told through RELEASE SAVEPOINT cockroach_restart, and the transaction can then start again', async () => {
    const [a, b] = [await cluster.connect(), await cluster.connect()]
    await b.query('BEGIN')
    await b.query('SAVEPOINT cockroach_restart')
    await a.query('BEGIN')
    for (const client of [a, b]) await client.query('SELECT sum(v) FROM c WHERE id IN (1, 2)')
    await a.query('UPDATE c SET v = v - 1 WHERE id = 1')
    await b.query('UPDATE c SET v = v - 1 WHERE id = 2')
    await a.query('COMMIT')
    await expect(b.query('RELEASE SAVEPOINT cockroach_restart')).rejects.toMatchObject(restart)
    await expect(b.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' })
    await b.query('ROLLBACK TO SAVEPOINT cockroach_restart')
    expect(await value(b, 1)).toBe(-1)
    await b.query('RELEASE SAVEPOINT cockroach_restart')
    await b.query('COMMIT')
  })

  it('is left to the client when results were sent already', async () => {
    const [a, b] = [await cluster.connect({ options: '-c results_buffer_size=1024' }), await cluster.connect()]
    await a.query('BEGIN')
    await b.query('UPDATE c SET v = 10 WHERE id = 1')
    await a.query('SELECT 1 FROM c')
    await b.query('UPDATE c SET v = 11 WHERE id = 1')
    const many = "SELECT repeat('x', 100) FROM generate_series(1, 100); UPDATE c SET v = 12 WHERE id = 1"
    await expect(a.query(many)).rejects.toMatchObject(restart)
    await a.query('ROLLBACK')
  })

  it('a lone statement is run again only while nothing was sent', async () => {
    const [a, b] = [await cluster.connect(), await cluster.connect({ options: '-c results_buffer_size=1024' })]
    await a.query('BEGIN')
    await a.query('UPDATE c SET v = 1 WHERE id = 1')
    const streaming = "SELECT repeat('x', 100) FROM generate_series(1, 100); UPDATE c SET v = v + 1 WHERE id = 1"
    const lone = b.query(streaming)
    await untilWaiting()
    await a.query('COMMIT')
    await expect(lone).rejects.toMatchObject(restart)
  })
})

describe('after a conflict that the client is told of', () => {
  it('the statements that the transaction had prepared are still there, however far the replay came', async () => {
    const [a, b] = [await cluster.connect(), await cluster.connect()]
    const statements = [
      { name: 'first', text: 'SELECT v FROM c WHERE id = 2' },
      { name: 'inverse', text: 'SELECT 10 / v FROM c WHERE id = 1' },
      { name: 'later', text: 'SELECT v FROM c WHERE id = 3' },
    ]
    const write = { name: 'write', text: 'UPDATE c SET v = v + 1 WHERE id = 1' }
    await b.query('UPDATE c SET v = 1 WHERE id = 1')
    await a.query('BEGIN')
    for (const statement of statements) await a.query(statement)
    await b.query('UPDATE c SET v = 0 WHERE id = 1') // the replay will fail at the second statement
    await expect(a.query(write)).rejects.toMatchObject({ code: '40001' })
    await a.query('ROLLBACK')

    await b.query('UPDATE c SET v = 2 WHERE id = 1')
    await a.query('BEGIN')
    for (const statement of [...statements, write]) await a.query(statement)
    await a.query('COMMIT')
    expect(await value(b, 1)).toBe(3)
  })
})

describe('schema changes at the same moment', () => {
  it('make one object, and the others find it', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => cluster.connect()))
    for (let round = 0; round < 5; round++) {
      await Promise.all(
        clients.map(client => client.query(`CREATE TABLE IF NOT EXISTS same_${round} (id int8 PRIMARY KEY)`)),
      )
      await Promise.all(clients.map(client => client.query(`CREATE SCHEMA IF NOT EXISTS space_${round}`)))
      const outcomes = await Promise.allSettled(
        clients.map(client => client.query(`CREATE TABLE once_${round} (id int8)`)),
      )
      const refusals = outcomes.filter(outcome => outcome.status === 'rejected').map(({ reason }) => reason.code)
      expect(refusals).toEqual(Array.from({ length: 7 }, () => '42P07'))
    }
  })
})
