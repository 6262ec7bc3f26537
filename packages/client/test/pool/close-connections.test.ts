import { describe, expect, it } from 'vitest'
import { CerciPool } from '../../src/pool/cerci-pool.js'
import { caught, until } from '../fixture/caught.js'
import { commitError, conflict, startEntries } from '../fixture/entries.js'
import { increment, startHits } from '../fixture/hits.js'
import { LateCancels } from '../fixture/late-cancels.js'
import { poolsOfFreshDatabase } from '../fixture/pools.js'
import { shutdownNotice } from '../fixture/proxy.js'

const open = await poolsOfFreshDatabase()
const entries = await startEntries()
const behindProxies = await startHits()

describe('closing', () => {
  it('lets what runs and waits finish', async () => {
    const pool = open({ max: 1 })
    await pool.query('SELECT 1')
    const running = [pool.query('SELECT pg_sleep(0.05)'), pool.query("SELECT 'waited' AS a")]
    const closed = pool.close()
    expect(await caught(pool.query('SELECT 1'))).toMatchObject({ code: 'CERCI_POOL_CLOSED' })
    const results = await Promise.all(running)
    expect(results.at(-1)?.rows).toEqual([{ a: 'waited' }])
    await closed
    expect(pool).toMatchObject({ ending: true, ended: true, totalCount: 0 })
    await pool.close()
  })

  it('cancels what runs at the deadline, and settles everybody', async () => {
    const pool = open({ max: 1 })
    const running = caught(pool.query('SELECT pg_sleep(20)'))
    const waiting = caught(pool.query('SELECT 1'))
    await until('the statement runs', () => pool.totalCount === 1 && pool.idleCount === 0 && pool.waitingCount === 1)
    const began = performance.now()
    await pool.close({ deadlineMs: 100 })
    expect(performance.now() - began).toBeLessThan(4_000)
    expect(await running).toMatchObject({ code: 'CERCI_POOL_CLOSED', outcome: 'cancelled', sqlState: '57014' })
    expect(await waiting).toMatchObject({ code: 'CERCI_POOL_CLOSED', outcome: 'not-executed' })
  })

  it('waits for nothing when the last one in line is refused a connection', async () => {
    const refused = open({ database: 'no_such_database' })
    const refusal = caught(refused.query('SELECT 1'))
    await refused.close({ deadlineMs: 600_000 })
    expect(await refusal).toMatchObject({ code: 'CERCI_CONNECTION', sqlState: '3D000' })
  })

  it('cuts clients that are never released', async () => {
    const pool = open({ max: 1 })
    const client = await pool.connect()
    await pool.close({ deadlineMs: 10 })
    expect(await caught(client.query('SELECT 1'))).toMatchObject({
      code: 'CERCI_CONNECTION_LOST',
      cause: { code: 'CERCI_POOL_CLOSED' },
    })
    client.release()
    expect(pool.totalCount).toBe(0)
  })
})

/** A pool of one connection whose cancel requests go through `late` from the moment that it closes. */
function openBehind(late: LateCancels): { readonly pool: CerciPool; readonly close: () => Promise<void> } {
  let closing = false
  const pool = new CerciPool({
    connectionString: entries.directUrl,
    max: 1,
    mapAddress: address => (closing ? { ...address, port: late.port } : address),
  })
  return {
    pool,
    close: async () => {
      closing = true
      await pool.close({ deadlineMs: 10 })
    },
  }
}

describe('a cancel request of a pool that closes', () => {
  it('does not strike the COMMIT that follows, however late it comes', async () => {
    const late = await LateCancels.start(entries.directUrl)
    const { pool, close } = openBehind(late)
    const client = await pool.connect()
    await client.query('BEGIN')
    const inserted = client.query("INSERT INTO entries (id, note) SELECT 1, 'x' FROM pg_sleep(0.3)")
    const closed = close()
    await until('the INSERT is being cancelled', () => late.held === 1)
    await inserted
    let answered = false
    const committed = client.query('COMMIT').finally(() => {
      answered = true
    })
    await entries.direct.query('SELECT pg_sleep(0.2)') // time enough for a COMMIT that was sent
    expect(answered).toBe(false)
    late.deliver()
    await committed
    client.release()
    await closed
    expect(await entries.ids()).toEqual([1])
    await late.stop()
  })

  it('costs the connection of a statement that was stopped before it could be sent', async () => {
    const late = await LateCancels.start(entries.directUrl)
    const { pool, close } = openBehind(late)
    const client = await pool.connect()
    const running = client.query('SELECT pg_sleep(0.2)')
    const closed = close()
    await until('it is being cancelled', () => late.held === 1)
    await running
    const held = caught(
      client.query({ text: "INSERT INTO entries (id, note) VALUES (1, 'x')", signal: AbortSignal.timeout(50) }),
    )
    await entries.direct.query('SELECT pg_sleep(0.2)')
    late.deliver()
    expect(await held).toMatchObject({ code: 'CERCI_QUERY_ABORTED', outcome: 'not-executed' })
    client.release()
    await closed
    expect(await entries.ids()).toEqual([])
    await late.stop()
  })
})

describe('a COMMIT that the server cancelled', () => {
  it('is ambiguous on a client that is checked out, and when the pool closes', async () => {
    for (const closes of [false, true]) {
      const pool = new CerciPool({ connectionString: entries.url, max: 1 })
      const client = await pool.acquire()
      await client.query('BEGIN')
      await client.query("INSERT INTO entries (id, note) VALUES (1, 'x')")
      entries.onceAtCommit({ answer: commitError('57014'), end: false })
      if (closes) client.cancelledByClose = true
      expect(await caught(client.query('COMMIT'))).toMatchObject({
        code: 'CERCI_AMBIGUOUS_COMMIT',
        sqlState: '57014',
        cause: { code: '57014' },
      })
      client.release(true)
      await pool.close({ deadlineMs: 100 })
    }
  })
})

describe('closing while something is being retried', () => {
  const { open: openCluster, once, hits } = behindProxies

  it('lets a lone statement be run again whose node took leave', async () => {
    const cluster = openCluster({ max: 1 })
    await cluster.query('SELECT 1')
    const before = await hits()
    once('UPDATE hits', { answer: shutdownNotice, end: true })
    const running = cluster.query({ text: `${increment}, $1::INT8 AS given`, values: [1] })
    const closed = cluster.close()
    await running
    await closed
    expect(await hits()).toBe(before + 1)
  })

  it('lets statements, batches and transactions be run again after a conflict, and takes nothing new', async () => {
    const cluster = openCluster({ max: 3 })
    await cluster.warmUp()
    const before = await hits()
    let refused = 0
    for (const proxy of behindProxies.proxies) {
      proxy.onQuestion = ({ text }) => {
        if (refused === 2 || !text.includes('UPDATE hits')) return 'pass'
        refused++
        return { answer: commitError('40001'), end: false }
      }
    }
    const running = [
      cluster.query(increment),
      cluster.batch([increment]),
      cluster.transaction(async tx => {
        if (tx.attempt < 3) await conflict(tx)
        await tx.query('SELECT 1')
      }),
    ]
    const closed = cluster.close()
    for (const refusal of [cluster.query('SELECT 1'), cluster.batch(['SELECT 1']), cluster.pool.connect()])
      expect(await caught(refusal)).toMatchObject({ code: 'CERCI_POOL_CLOSED' })
    expect(await caught(cluster.transaction(tx => tx.query(increment)))).toMatchObject({ code: 'CERCI_POOL_CLOSED' })
    await Promise.all(running)
    await closed
    expect([refused, await hits()]).toEqual([2, before + 2])
  })

  it('lets a transaction be run again whose node took leave', async () => {
    const cluster = openCluster({ max: 1 })
    await cluster.query('SELECT 1')
    const before = await hits()
    once('UPDATE hits', { answer: shutdownNotice, end: true })
    const running = cluster.transaction(async tx => {
      await tx.query(increment)
      return tx.attempt
    })
    const closed = cluster.close()
    expect(await running).toBe(2)
    await closed
    expect(await hits()).toBe(before + 1)
  })

  it('gives that up at the deadline', async () => {
    const cluster = openCluster({ max: 1 })
    await cluster.query('SELECT 1')
    for (const proxy of behindProxies.proxies)
      proxy.onQuestion = ({ text }) =>
        text.includes('UPDATE hits') ? { answer: commitError('40001'), end: false } : 'pass'
    const retried = [
      caught(cluster.query(increment)),
      caught(cluster.transaction(conflict, { maxAttempts: 'unlimited' })),
    ]
    await cluster.close({ deadlineMs: 300 })
    for (const error of await Promise.all(retried)) expect(error).toHaveProperty('code')
  })
})
