import { describe, expect, it } from 'vitest'
import { faultySession, insert } from './faulty-session.js'
import { statementMessages } from './raw-client.js'
import { summarize } from './summarize.js'

const { cluster, inject, lastTruth, count } = await faultySession()

describe('injected faults', () => {
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
})
