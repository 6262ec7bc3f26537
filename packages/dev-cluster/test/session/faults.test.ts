import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommitTruth, FaultRule } from '../../src/faults/fault.js'
import { type RawClient, statementMessages } from './raw-client.js'
import { sessionCluster } from './session-cluster.js'
import { summarize } from './summarize.js'

const cluster = await sessionCluster()
await cluster.useFreshDatabase()

beforeEach(async () => {
  const client = await cluster.connect()
  await client.query('DROP TABLE IF EXISTS f')
  await client.query('CREATE TABLE f (id int8 PRIMARY KEY)')
})
afterEach(() => cluster.faults.clear())

const insert = 'INSERT INTO f VALUES (1)'
const lost = { message: expect.stringMatching(/terminated|ECONNRESET/) }

function inject(rule: Omit<FaultRule, 'id'>): void {
  cluster.faults.add({ id: 'under-test', ...rule })
}

function lastTruth(): CommitTruth {
  const truth = cluster.faults.truths().at(-1)
  if (truth === undefined) throw new Error('no commit was ambiguous')
  return truth
}

async function count(): Promise<number> {
  cluster.faults.clear()
  const client = await cluster.connect()
  return Number((await client.query<{ count: string }>('SELECT count(*) FROM f')).rows[0]?.count)
}

describe('injected faults', () => {
  it('delay a statement', async () => {
    const client = await cluster.connect()
    inject({ stage: 'statement', effect: { kind: 'delay', ms: 60 } })
    const before = performance.now()
    await client.query('SELECT 1')
    expect(performance.now() - before).toBeGreaterThan(55)
  })

  describe.each([
    ['simple', (sql: string) => sql],
    ['extended', (text: string) => ({ text, values: [] })],
  ])('a wrong clock, %s protocol', (_protocol, query) => {
    const offset = `SELECT round(extract(epoch FROM now() - clock_timestamp()))::INT4 AS off,
      now() = current_timestamp AND now() = statement_timestamp() AS same`
    const hour = { stage: 'statement', effect: { kind: 'clock', offsetMs: -3_600_000 } } as const

    it('is that of one statement', async () => {
      const client = await cluster.connect()
      inject({ ...hour, times: 1 })
      expect((await client.query(query(offset))).rows).toEqual([{ off: -3600, same: true }])
      cluster.faults.clear()
      expect((await client.query(query(offset))).rows).toEqual([{ off: 0, same: true }])
    })

    it('is that of one statement in a transaction, and of defaults', async () => {
      const client = await cluster.connect()
      await client.query('CREATE TABLE IF NOT EXISTS stamped (at timestamptz NOT NULL DEFAULT now())')
      await client.query('DELETE FROM stamped')
      inject({ ...hour, fingerprint: 'insert' })
      await client.query('BEGIN')
      await client.query(query('INSERT INTO stamped DEFAULT VALUES'))
      const { rows } = await client.query(
        query('SELECT round(extract(epoch FROM at - now()))::INT4 AS off FROM stamped'),
      )
      expect(rows).toEqual([{ off: -3600 }])
      await client.query('COMMIT')
      expect((await client.query(query(offset))).rows).toEqual([{ off: 0, same: true }])
    })

    it('ends with a statement that is cancelled', async () => {
      const client = await cluster.connect()
      inject({ ...hour, fingerprint: 'pg_sleep' })
      for (let round = 0; round < 5; round++) {
        const sleeping: Promise<unknown> = client
          .query(query('SELECT now(), pg_sleep(60)'))
          .catch((error: unknown) => error)
        const asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        await expect.poll(() => cluster.engine.query(cluster.database, asleep)).toEqual([{ count: '1' }])
        for (const running of cluster.gateway.sessions())
          if (running.query !== undefined) cluster.gateway.cancelQuery(running.query.id)
        expect(await sleeping).toMatchObject({ code: '57014' })
        expect((await client.query(query(offset))).rows).toEqual([{ off: 0, same: true }])
      }
    })

    it('ends with a statement that fails, alone and in a transaction', async () => {
      const client = await cluster.connect()
      inject({ ...hour, fingerprint: '/' })
      for (const begin of ['', 'BEGIN']) {
        await client.query(begin)
        await expect(client.query(query("SELECT 1 / (now() - now() = INTERVAL '0')::INT / 0"))).rejects.toMatchObject({
          code: '22012',
        })
        await client.query('ROLLBACK')
        expect((await client.query(query(offset))).rows).toEqual([{ off: 0, same: true }])
      }
    })
  })

  it('a delay ends when the statement is cancelled', async () => {
    const client = await cluster.connect()
    inject({ stage: 'statement', effect: { kind: 'delay', ms: 60_000 } })
    const waiting = client.query('SELECT 1')
    await expect.poll(() => cluster.gateway.sessions().map(({ status }) => status)).toContain('active')
    for (const { query } of cluster.gateway.sessions()) if (query !== undefined) cluster.gateway.cancelQuery(query.id)
    await expect(waiting).rejects.toMatchObject({ code: '57014' })
  })

  describe.each([
    ['of two rules', ['statement', 'statement'], 'SELECT 1'],
    ['of a statement and of its commit', ['statement', 'commit'], insert],
    ['of its commit and of its reply', ['commit', 'reply'], insert],
  ] as const)('delays %s', (_which, stages, sql) => {
    beforeEach(async () => {
      cluster.topology.setSetting('server.shutdown.transactions.timeout', '20ms')
      for (const [at, stage] of stages.entries())
        cluster.faults.add({ id: `delay-${at}`, stage, application: 'delayed', effect: { kind: 'delay', ms: 600_000 } })
    })
    afterEach(() => cluster.node(1).start())

    async function delayed(): Promise<RawClient> {
      const client = await cluster.connectRaw({ parameters: { application_name: 'delayed' } })
      client.send({ name: 'Query', text: sql })
      await expect
        .poll(() => cluster.faults.list().map(({ hits }) => hits))
        .toEqual([1, stages[0] === stages[1] ? 1 : 0])
      return client
    }

    it('end together when the statement is cancelled', async () => {
      const client = await delayed()
      for (const { query } of cluster.gateway.sessions()) if (query !== undefined) cluster.gateway.cancelQuery(query.id)
      expect(summarize(await client.untilReady())).toEqual([
        'ErrorResponse 57014 query execution canceled',
        'ReadyForQuery I',
      ])
    })

    it('end together when the node is killed', async () => {
      const client = await delayed()
      await cluster.node(1).kill()
      expect(await client.untilClosed()).toEqual([])
    })

    it('end together when the node has no more time to drain', async () => {
      const client = await delayed()
      await cluster.node(1).drain()
      expect(summarize(await client.untilClosed())).toEqual(['ErrorResponse 57P01 server is shutting down'])
    })
  })

  it('fail a statement with a retry error, alone and in a transaction, which is then aborted', async () => {
    const client = await cluster.connect()
    inject({ stage: 'statement', fingerprint: 'INSERT', effect: { kind: 'retry', reason: 'RETRY_SERIALIZABLE' } })
    const restart = { code: '40001', message: expect.stringContaining('RETRY_SERIALIZABLE') }
    await expect(client.query(insert)).rejects.toMatchObject(restart)
    await client.query('BEGIN')
    await expect(client.query(insert)).rejects.toMatchObject(restart)
    await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' })
    expect((await client.query('COMMIT')).command).toBe('ROLLBACK')
    expect(await count()).toBe(0)
  })

  it('fail a COMMIT, which leaves no transaction', async () => {
    const client = await cluster.connect()
    inject({ stage: 'commit', effect: { kind: 'retry', reason: 'RETRY_WRITE_TOO_OLD' } })
    await client.query('BEGIN')
    await client.query(insert)
    await expect(client.query('COMMIT')).rejects.toMatchObject({ code: '40001' })
    await client.query('BEGIN')
    expect(await count()).toBe(0)
  })

  it.each([true, false])('make a COMMIT ambiguous, committed: %s', async committed => {
    const client = await cluster.connect()
    inject({ stage: 'commit', effect: { kind: 'ambiguous', committed } })
    await client.query('BEGIN')
    await client.query(insert)
    const failure: unknown = await client.query('COMMIT').catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: '40003', detail: lastTruth().id })
    expect(lastTruth().committed).toBe(committed)
    expect(await count()).toBe(committed ? 1 : 0)
  })

  it.each([true, false])('make a lone write ambiguous, committed: %s', async committed => {
    const client = await cluster.connect()
    inject({ stage: 'commit', effect: { kind: 'ambiguous', committed } })
    await expect(client.query('INSERT INTO f VALUES ($1)', [1])).rejects.toMatchObject({ code: '40003' })
    expect(lastTruth().committed).toBe(committed)
    await client.query('SELECT 1')
    expect(await count()).toBe(committed ? 1 : 0)
  })

  it('an ambiguous commit that fails by itself says so', async () => {
    const client = await cluster.connect()
    await client.query(insert)
    inject({ stage: 'commit', effect: { kind: 'ambiguous', committed: true } })
    await expect(client.query(insert)).rejects.toMatchObject({ code: '23505' })
    expect(lastTruth().committed).toBe(false)
  })

  describe('of commits strike a lone write only where it is what commits', () => {
    const ambiguous = 'ErrorResponse 40003 result is ambiguous: injected by a fault rule'
    const [first, second] = ['INSERT INTO f VALUES (1)', 'INSERT INTO f VALUES (2)']
    const sync = { name: 'Sync' } as const

    it.each([true, false])('the last of a Query, committed: %s', async committed => {
      const client = await cluster.connectRaw()
      inject({ stage: 'commit', effect: { kind: 'ambiguous', committed } })
      const before = cluster.faults.truths().length
      expect(summarize(await client.query(`${first}; ${second}`))).toContain(ambiguous)
      expect(cluster.faults.truths().length).toBe(before + 1)
      expect(lastTruth().committed).toBe(committed)
      expect(await count()).toBe(committed ? 2 : 0)
    })

    it.each([true, false])('the last before a Sync, with a Close behind it or not, committed: %s', async committed => {
      for (const closes of [[], [{ name: 'Close', kind: 'P', object: '' } as const]]) {
        const client = await cluster.connectRaw()
        await client.query('DELETE FROM f')
        inject({ stage: 'commit', effect: { kind: 'ambiguous', committed } })
        client.send(...statementMessages(first), ...statementMessages(second), ...closes, sync)
        expect(summarize(await client.untilReady())).toContain(ambiguous)
        expect(lastTruth().committed).toBe(committed)
        expect(await count()).toBe(committed ? 2 : 0)
      }
    })

    it('not one that a statement follows, or that a Flush leaves open', async () => {
      const client = await cluster.connectRaw()
      inject({ stage: 'commit', effect: { kind: 'ambiguous', committed: true } })
      const before = cluster.faults.truths().length
      expect(summarize(await client.query(`${first}; SELECT 1`))).toContain('ReadyForQuery I')
      client.send(...statementMessages(second), { name: 'Flush' })
      await client.until('CommandComplete')
      client.send(sync)
      expect(summarize(await client.untilReady())).toEqual(['ReadyForQuery I'])
      expect(cluster.faults.truths().length).toBe(before)
      expect(await count()).toBe(2)
    })
  })

  it('leave the statements of a Query the one transaction that they are', async () => {
    const client = await cluster.connectRaw()
    inject({ stage: 'statement', fingerprint: 'nothing', effect: { kind: 'cut' } })
    expect(summarize(await client.query(`${insert}; SELECT id FROM f; SELECT 1 WHERE false; ${insert}`))).toEqual([
      'CommandComplete INSERT 0 1',
      'RowDescription',
      'DataRow 1',
      'CommandComplete SELECT 1',
      'RowDescription',
      'CommandComplete SELECT 0',
      expect.stringContaining('ErrorResponse 23505'),
      'ReadyForQuery I',
    ])
    expect(summarize(await client.query(`${insert}; SELECT 1 / 0; SELECT 2`))).toEqual([
      'CommandComplete INSERT 0 1',
      expect.stringContaining('ErrorResponse 22012'),
      'ReadyForQuery I',
    ])
    expect(await count()).toBe(0)
    expect(summarize(await client.query(`${insert}; SET statement_timeout = 0; BEGIN; SELECT 3; COMMIT`))).toEqual([
      'CommandComplete INSERT 0 1',
      'CommandComplete SET',
      'CommandComplete BEGIN',
      'RowDescription',
      'DataRow 3',
      'CommandComplete SELECT 1',
      'CommandComplete COMMIT',
      'ReadyForQuery I',
    ])
    expect(await count()).toBe(1)
  })

  it('know the truth of a commit that conflicted before it succeeded', async () => {
    const [a, b] = [await cluster.connect(), await cluster.connect()]
    await a.query(insert)
    await a.query('BEGIN')
    await a.query('UPDATE f SET id = id + 1')
    inject({ stage: 'commit', fingerprint: 'DELETE', effect: { kind: 'ambiguous', committed: true } })
    const waiting: Promise<unknown> = b.query('DELETE FROM f').catch((error: unknown) => error)
    const blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    await expect.poll(() => cluster.engine.query(cluster.database, blocked)).toEqual([{ count: '1' }])
    await a.query('COMMIT')
    expect(await waiting).toMatchObject({ code: '40003', detail: lastTruth().id })
    expect(lastTruth().committed).toBe(true)
    expect(await count()).toBe(0)
  })

  it('cut the connection before a statement or a commit, of which nothing is left', async () => {
    for (const stage of ['statement', 'commit'] as const) {
      const client = await cluster.connect()
      inject({ stage, effect: { kind: 'cut' } })
      await expect(client.query(insert)).rejects.toMatchObject(lost)
      expect(await count()).toBe(0)
    }
  })

  it('lose the reply to a statement that was run', async () => {
    const client = await cluster.connect()
    inject({ stage: 'reply', effect: { kind: 'cut' } })
    await expect(client.query(insert)).rejects.toMatchObject(lost)
    expect(await count()).toBe(1)
  })

  it('refuse or cut a connection', async () => {
    inject({ stage: 'connect', effect: { kind: 'error', code: '53300', message: 'sorry, too many clients already' } })
    await expect(cluster.connect()).rejects.toMatchObject({ code: '53300' })
    inject({ stage: 'connect', effect: { kind: 'cut' } })
    await expect(cluster.connect()).rejects.toMatchObject(lost)
  })

  it('strike a statement once, also when the gateway runs it again', async () => {
    const [a, b] = [await cluster.connect(), await cluster.connect()]
    await a.query(insert)
    await a.query('BEGIN')
    await a.query('UPDATE f SET id = id + 0')
    inject({ stage: 'statement', fingerprint: 'UPDATE', effect: { kind: 'delay', ms: 1 } })
    const waiting = b.query('UPDATE f SET id = id + 0')
    const blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    await expect.poll(() => cluster.engine.query(cluster.database, blocked)).toEqual([{ count: '1' }])
    await a.query('COMMIT')
    await waiting
    expect(cluster.faults.list().map(({ hits }) => hits)).toEqual([1])
  })
})
