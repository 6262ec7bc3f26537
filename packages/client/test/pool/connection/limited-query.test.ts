import { describe, expect, it } from 'vitest'
import { caught } from '../../fixture/caught.js'
import { increment, startHits } from '../../fixture/hits.js'
import { poolsOfFreshDatabase } from '../../fixture/pools.js'

const open = await poolsOfFreshDatabase()
const behindProxies = await startHits()

describe('limits', () => {
  it('cancels a statement on the server when its time is up', async () => {
    const pool = open({ max: 1 })
    const began = performance.now()
    await pool.query('SELECT 1') // connecting counts as well
    const error = await caught(pool.query({ text: 'SELECT pg_sleep(20)', timeoutMs: 50 }))
    expect(error).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT', timeoutMs: expect.any(Number), sqlState: '57014' })
    expect(performance.now() - began).toBeLessThan(5_000)
    expect((await pool.query('SELECT 1::INT4 AS a')).rows).toEqual([{ a: 1 }])
    expect(pool.totalCount).toBe(1)
  })

  it('cancels a statement on the server when its signal fires', async () => {
    const pool = open({ max: 1 })
    const controller = new AbortController()
    const running = caught(pool.query({ text: 'SELECT pg_sleep(20)', signal: controller.signal }))
    setTimeout(() => controller.abort(new Error('browser closed')), 50)
    expect(await running).toMatchObject({ code: 'CERCI_QUERY_ABORTED', cause: { message: 'browser closed' } })
    expect((await pool.query('SELECT 1::INT4 AS a')).rows).toEqual([{ a: 1 }])
    expect(await caught(pool.query({ text: 'SELECT 1', signal: controller.signal }))).toMatchObject({
      code: 'CERCI_QUERY_ABORTED',
    })
  })

  it('ends waiting for a connection by signal and by time', async () => {
    const pool = open({ max: 1 })
    const client = await pool.connect()
    const controller = new AbortController()
    const aborted = caught(pool.query({ text: 'SELECT 1', signal: controller.signal }))
    const late = caught(pool.query({ text: 'SELECT 1', timeoutMs: 30 }))
    controller.abort()
    expect(await aborted).toMatchObject({ code: 'CERCI_QUERY_ABORTED' })
    expect(await late).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT' })
    expect(pool.waitingCount).toBe(0)
    client.release()
  })

  it('has a default for all statements', async () => {
    const pool = open({ queryTimeoutMs: 50 })
    expect(await caught(pool.query('SELECT pg_sleep(20)'))).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT' })
    const client = await pool.connect()
    expect(await caught(client.query('SELECT pg_sleep(20)'))).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT' })
    client.release()
  })
})

describe('what is known of a statement that was stopped', () => {
  const { open: openCluster, once, hits } = behindProxies

  it('is that it was not executed, when it still waited for a connection, or had not begun to', async () => {
    const cluster = openCluster({ max: 1 })
    const client = await cluster.pool.connect()
    const controller = new AbortController()
    const stopped = [
      caught(cluster.query({ text: increment, signal: controller.signal })),
      caught(cluster.query({ text: increment, timeoutMs: 30 })),
      caught(cluster.batch([increment], { timeoutMs: 30 })),
      caught(cluster.query({ text: increment, signal: AbortSignal.abort() })),
    ]
    controller.abort()
    for (const error of await Promise.all(stopped)) expect(error).toMatchObject({ outcome: 'not-executed' })
    client.release()
  })

  it('is that it was cancelled, when the server says so', async () => {
    const cluster = openCluster({ max: 1 })
    const before = await hits()
    await cluster.query('SELECT 1')
    const slow = 'UPDATE hits SET n = n + 1 WHERE id = 1 AND pg_sleep(20) IS NOT NULL'
    const byTime = { text: slow, timeoutMs: 100 }
    expect(await caught(cluster.query(byTime))).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT', outcome: 'cancelled' })
    const bySignal = { text: slow, signal: AbortSignal.timeout(100) }
    expect(await caught(cluster.query(bySignal))).toMatchObject({ code: 'CERCI_QUERY_ABORTED', outcome: 'cancelled' })
    expect(await caught(cluster.batch([slow], { timeoutMs: 100 }))).toMatchObject({ outcome: 'cancelled' })
    expect(await hits()).toBe(before)
  })

  it('is that nothing was committed, when the server does not say so, of a read or in a transaction', async () => {
    const cluster = openCluster({ max: 1 })
    await cluster.query('SELECT 1')
    once('SELECT n', 'swallow')
    expect(await caught(cluster.query({ text: 'SELECT n FROM hits', timeoutMs: 100 }))).toMatchObject({
      code: 'CERCI_QUERY_TIMEOUT',
      outcome: 'aborted',
    })
    const before = await hits()
    once('UPDATE hits', 'swallow')
    const stopped = cluster.transaction(tx => tx.query({ text: increment, signal: AbortSignal.timeout(100) }))
    expect(await caught(stopped)).toMatchObject({ code: 'CERCI_QUERY_ABORTED', outcome: 'aborted' })
    expect(await hits()).toBe(before)
  })

  it.each(['time', 'signal'] as const)(
    'is nothing, of a write, when the server does not say so: stopped by its %s',
    async by => {
      const limit = () => (by === 'time' ? { timeoutMs: 100 } : { signal: AbortSignal.timeout(100) })
      const code = by === 'time' ? 'CERCI_QUERY_TIMEOUT' : 'CERCI_QUERY_ABORTED'
      const cluster = openCluster({ max: 1 })
      const told: string[] = []
      cluster.observe({ ambiguous: ({ kind }) => void told.push(kind) })
      const before = await hits()
      const inDoubt = { code: 'CERCI_AMBIGUOUS_COMMIT', cause: { code, outcome: 'unknown' } }
      const swallowed = async (run: () => Promise<unknown>): Promise<unknown> => {
        await cluster.query('SELECT 1') // connecting takes time as well
        once('UPDATE hits', 'swallow')
        return await caught(run())
      }
      expect(await swallowed(() => cluster.query({ text: increment, ...limit() }))).toMatchObject(inDoubt)
      expect(await swallowed(() => cluster.pool.query({ text: increment, ...limit() }))).toMatchObject(inDoubt)
      expect(await swallowed(() => cluster.batch([increment], limit()))).toMatchObject(inDoubt)
      expect(told).toEqual(['query', 'query', 'query'])
      expect(await hits()).toBe(before + 3) // it had its effect, each time
    },
  )

  it('is nothing of an idempotent write either, which is not run again, since its caller has given up', async () => {
    const cluster = openCluster({ max: 1 })
    await cluster.query('SELECT 1')
    let runs = 0
    for (const proxy of behindProxies.proxies) {
      proxy.onQuestion = ({ text }) => (text.includes('UPDATE hits') ? (runs++, 'swallow') : 'pass')
    }
    const set = { text: 'UPDATE hits SET n = 400 WHERE id = 1', signal: AbortSignal.timeout(100), idempotent: true }
    expect(await caught(cluster.query(set))).toMatchObject({
      code: 'CERCI_AMBIGUOUS_COMMIT',
      cause: { code: 'CERCI_QUERY_ABORTED' },
      verifyError: undefined,
    })
    expect([runs, await hits()]).toEqual([1, 400])
  })

  it('is told to who has checked a client out by the error itself', async () => {
    const cluster = openCluster({ max: 1 })
    const client = await cluster.pool.connect()
    once('UPDATE hits', 'swallow')
    const stopped = client.query({ text: increment, signal: AbortSignal.timeout(100) })
    expect(await caught(stopped)).toMatchObject({ code: 'CERCI_QUERY_ABORTED', outcome: 'unknown' })
    client.release()
  })
})
