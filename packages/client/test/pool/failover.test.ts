import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/cluster/cluster.js'
import { caught, until } from '../fixture/caught.js'
import { startHits } from '../fixture/hits.js'
import { type Proxy, shutdownNotice } from '../fixture/proxy.js'

const { proxies, open, hits } = await startHits()

describe('a node that is killed', () => {
  it('is replaced by the others, and comes back by itself', async () => {
    const cluster = open({ max: 6, min: 6 })
    const [first] = proxies
    await cluster.warmUp()
    expect(cluster.pool.nodes.map(({ connections }) => connections)).toEqual([2, 2, 2])
    await first?.kill()
    for (let n = 0; n < 20; n++) await cluster.query('SELECT 1')
    await until('the node counts as down', () => cluster.pool.nodes[0]?.state === 'down')
    await first?.revive()
    await until(
      'the node is back',
      () => cluster.pool.nodes[0]?.state === 'up' && cluster.pool.nodes[0]?.connections === 2,
    )
  })

  it('does not end the process, whatever its connections were doing', async () => {
    const cluster = open({ max: 3 })
    const lost: unknown[] = []
    cluster.pool.on('error', error => lost.push(error))
    const client = await cluster.pool.connect()
    const running = cluster.pool.query('SELECT pg_sleep(5)')
    await cluster.query('SELECT 1')
    await until('all is set', () => cluster.pool.totalCount === 3)
    const outcome = caught(running)
    for (const proxy of proxies) proxy.cut()
    expect(await outcome).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT' })
    expect(await caught(client.query('SELECT 1'))).toMatchObject({
      code: 'CERCI_CONNECTION_LOST',
      cause: expect.any(Error),
    })
    client.release()
    expect((await cluster.query('SELECT 1::INT4 AS n')).rows).toEqual([{ n: 1 }])
    expect(lost.length).toBeGreaterThan(0)
  })

  it('keeps the first cause for whatever fails afterwards', async () => {
    const cluster = open({ max: 1 })
    const client = await cluster.pool.connect()
    await client.query('BEGIN')
    for (const proxy of proxies) proxy.say(shutdownNotice)
    await until('the client knows', () => cluster.pool.totalCount === 0)
    expect(await caught(client.query('ROLLBACK'))).toMatchObject({
      code: 'CERCI_NODE_DRAINING',
      outcome: 'not-executed',
      cause: { code: '57P01' },
    })
    client.release()
  })
})

describe('a node that drains', () => {
  it('is left: idle connections go, busy ones finish, new ones go elsewhere', async () => {
    const cluster = open({ max: 6, min: 6 })
    await cluster.warmUp()
    const [first] = proxies
    const busy = await clientOf(cluster, first)
    await busy.query('BEGIN')
    if (first !== undefined) first.refusal = shutdownNotice
    const opened = cluster.pool.connections.topology.endpoints.values().next().value
    if (opened !== undefined) await cluster.pool.connections.opening.open(opened)
    expect(cluster.pool.nodes[0]).toMatchObject({ state: 'draining', idle: 0, connections: 1 })
    expect((await busy.query('SELECT 1::INT4 AS n')).rows).toEqual([{ n: 1 }])
    await busy.query('COMMIT')
    busy.release()
    await until('the node is left', () => cluster.pool.nodes[0]?.connections === 0)
    await Promise.all(Array.from({ length: 12 }, () => cluster.query('SELECT 1')))
    expect(cluster.pool.nodes[0]?.connections).toBe(0)
  })

  it('loses no statement when idle connections are told to go', async () => {
    const cluster = open({ max: 3, min: 3 })
    await cluster.warmUp()
    let failures = 0
    const load = { stop: false }
    const workers = Array.from({ length: 6 }, async () => {
      while (!load.stop) {
        await cluster.query({ text: 'UPDATE hits SET n = n WHERE id = $1', values: [2] }).catch(() => failures++)
      }
    })
    for (const proxy of proxies) {
      await new Promise(resolve => setTimeout(resolve, 30))
      proxy.drain()
      proxy.refusal = shutdownNotice
      await until('the node is left', () => proxy.open === 0)
      proxy.refusal = undefined
    }
    load.stop = true
    await Promise.all(workers)
    expect(failures).toBe(0)
  })
})

describe('a node that does not answer', () => {
  it('does not hold up those who wait for a connection', async () => {
    const cluster = open({ max: 4, connectTimeoutMs: 1_500 })
    const [first, second] = proxies
    if (first !== undefined) first.frozen = true
    if (second !== undefined) second.frozen = true
    const began = performance.now()
    await Promise.all(Array.from({ length: 4 }, () => cluster.query('SELECT 1')))
    expect(performance.now() - began).toBeLessThan(3_500)
  })

  it('is noticed under statements that hang, which move elsewhere if they are reads', async () => {
    const cluster = open({ max: 3, min: 3, probeSilentAfterMs: 300, connectTimeoutMs: 300 })
    await cluster.warmUp()
    const [first] = proxies
    if (first !== undefined) first.frozen = true
    const results = await Promise.all(Array.from({ length: 3 }, () => cluster.query('SELECT 5::INT4 AS n')))
    expect(results.map(({ rows }) => rows[0])).toEqual([{ n: 5 }, { n: 5 }, { n: 5 }])
    expect(cluster.pool.nodes[0]).toMatchObject({ state: 'down' })
  })

  it('is asked before a connection is used that was idle for long', async () => {
    const cluster = open({ max: 1, validateAfterIdleMs: 20 })
    await cluster.query('SELECT 1')
    const [used] = proxies.filter(proxy => proxy.open > 0)
    if (used !== undefined) used.frozen = true
    await new Promise(resolve => setTimeout(resolve, 40))
    const before = await hits()
    await cluster.query({ text: 'UPDATE hits SET n = n + $1 WHERE id = 1', values: [1] })
    expect(await hits()).toBe(before + 1)
  })
})

/** A checked-out client on that node. */
async function clientOf(
  cluster: Cluster,
  proxy: Proxy | undefined,
): Promise<Awaited<ReturnType<Cluster['pool']['acquire']>>> {
  const wrong = []
  for (;;) {
    const client = await cluster.pool.acquire()
    if (client.endpoint.address.port === proxy?.port) {
      for (const other of wrong) other.release()
      return client
    }
    wrong.push(client)
  }
}
