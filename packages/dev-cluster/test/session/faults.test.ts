import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { faultySession, insert } from './faulty-session.js'
import type { RawClient } from './raw-client.js'
import { summarize } from './summarize.js'

const { cluster, inject, count } = await faultySession()
const lost = { message: expect.stringMatching(/terminated|ECONNRESET/) }

describe('injected faults', () => {
  it('delay a statement', async () => {
    const client = await cluster.connect()
    inject({ stage: 'statement', effect: { kind: 'delay', ms: 60 } })
    const before = performance.now()
    await client.query('SELECT 1')
    expect(performance.now() - before).toBeGreaterThan(55)
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
