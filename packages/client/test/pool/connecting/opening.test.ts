import { describe, expect, it } from 'vitest'
import { Cluster } from '../../../src/cluster/cluster.js'
import { ConnectionError } from '../../../src/errors/connection-errors.js'
import { caught, until } from '../../fixture/caught.js'
import { startHits } from '../../fixture/hits.js'
import { errorResponse } from '../../fixture/proxy.js'

const { proxies, url, directUrl, open } = await startHits()

describe('connecting', () => {
  it('fails at once, and names every node, when no address was ever right', async () => {
    const cluster = new Cluster('postgresql://root:hunter2@127.0.0.1:1,127.0.0.1:2/d?sslmode=disable')
    const error = await caught(cluster.query('SELECT 1'))
    expect(error).toMatchObject({ code: 'CERCI_CONNECTION', cause: { code: 'ECONNREFUSED' } })
    const { message } = Object(error)
    expect(message).toContain('127.0.0.1:1:')
    expect(message).toContain('127.0.0.1:2:')
    expect(message).not.toContain('hunter2')
    expect(await caught(cluster.warmUp())).toMatchObject({ code: 'CERCI_CONNECTION' })
    await cluster.close()
  })

  it('fails at once when the login or the database is refused, without trying the others', async () => {
    const cluster = new Cluster(url.replace(/\/test_\w+\?/, '/no_such_database?'))
    const error = await caught(cluster.query('SELECT 1'))
    expect(error).toMatchObject({ code: 'CERCI_CONNECTION', sqlState: '3D000' })
    expect(cluster.pool.nodes.map(({ state }) => state)).toEqual(['up', 'up', 'up'])
    await cluster.close()
  })

  it('waits through an outage of all nodes, until the caller’s time is up', async () => {
    const cluster = open({ max: 2, acquireTimeoutMs: 300 })
    await cluster.query('SELECT 1')
    await Promise.all(proxies.map(proxy => proxy.kill()))
    const error = await caught(cluster.query('SELECT 1'))
    expect(error).toMatchObject({
      code: 'CERCI_POOL_TIMEOUT',
      reason: 'unreachable',
      message: expect.stringMatching(
        /^No node could be reached within \d+ ms: 127\.0\.0\.1:\d+ down since \S+Z \(connect ECONNREFUSED .*the nodes run/,
      ),
      cause: expect.any(ConnectionError),
    })
    expect(error).toMatchObject({
      cause: { nodes: proxies.map(() => ({ since: expect.any(Date), error: { code: 'ECONNREFUSED' } })) },
    })
    const waiting = open({ max: 2 })
    await Promise.all(proxies.map(proxy => proxy.revive()))
    await waiting.query('SELECT 1')
    await Promise.all(proxies.map(proxy => proxy.kill()))
    const later = waiting.query('SELECT 9::INT4 AS n')
    await new Promise(resolve => setTimeout(resolve, 100))
    await Promise.all(proxies.map(proxy => proxy.revive()))
    expect((await later).rows).toEqual([{ n: 9 }])
  })

  it('says so when the connections it has are in use, and no node takes another', async () => {
    const cluster = open({ max: 2, acquireTimeoutMs: 200 })
    const held = await cluster.pool.connect()
    for (const proxy of proxies) proxy.refusal = errorResponse('53300', 'sorry, too many clients already')
    expect(await caught(cluster.query('SELECT 1'))).toMatchObject({
      code: 'CERCI_POOL_TIMEOUT',
      reason: 'short',
      message: expect.stringMatching(
        /of at most 2, 1 were in use.*too many clients already.*take no further connection/,
      ),
    })
    held.release()
  })

  it.each([
    ['53300', 'sorry, too many clients already'],
    ['53200', 'out of memory'],
    ['57P03', 'the node is starting'],
    ['08C00', 'the proxy has lost its node'],
    ['58C01', 'the node has lost its peers'],
  ])('goes elsewhere when a node refuses for a reason of its own: %s', async (code, message) => {
    const cluster = open({ max: 3 })
    for (const proxy of proxies.slice(0, 2)) proxy.refusal = errorResponse(code, message)
    await Promise.all(Array.from({ length: 6 }, () => cluster.query('SELECT 1')))
    expect(cluster.pool.nodes.map(({ state }) => state)).toEqual(['down', 'down', 'up'])
    expect(cluster.pool.nodes[2]?.connections).toBeGreaterThan(0)
  })

  it.each(['disable', 'prefer', 'require'])(
    'goes elsewhere when a node takes no more clients (57P01), sslmode=%s',
    async mode => {
      const cluster = new Cluster(url.replace('sslmode=disable', `sslmode=${mode}`))
      for (const proxy of proxies.slice(0, 2))
        proxy.refusal = errorResponse('57P01', 'server is not accepting clients, try another node')
      const outcome = await cluster.query('SELECT 1').catch((error: unknown) => error)
      // With TLS demanded, the third node, which has none, is left: the others have said why they refuse before TLS began.
      expect(outcome).toMatchObject(mode === 'require' ? { code: 'CERCI_CONNECTION' } : { rowCount: 1 })
      expect(cluster.pool.nodes.slice(0, 2).every(({ state }) => state !== 'down')).toBe(true)
      await cluster.close({ deadlineMs: 100 })
    },
  )

  it('maps addresses, and reports nodes under the names that were configured', async () => {
    const [first] = proxies
    const cluster = open({
      connectionString: directUrl.replace(/@[^/]+/, '@10.255.0.1:26257'),
      mapAddress: () => ({ host: '127.0.0.1', port: first?.port ?? 0 }),
    })
    await cluster.query('SELECT 1')
    expect(cluster.pool.nodes).toMatchObject([{ host: '10.255.0.1', port: 26257, connections: 1 }])
  })

  it('takes every address of a name for a node, and follows the name', async () => {
    let answers = ['127.0.0.1', '127.0.0.2']
    const cluster = open({
      connectionString: directUrl.replace(/@[^/]+/, `@db.example:${proxies[0]?.port}`),
      dns: { lookup: () => Promise.resolve(answers), intervalMs: 1 },
      mapAddress: ({ port }) => ({ host: '127.0.0.1', port }),
      max: 2,
    })
    await Promise.all([cluster.query('SELECT 1'), cluster.query('SELECT 1')])
    expect(cluster.pool.nodes).toHaveLength(2)
    answers = ['127.0.0.2', '127.0.0.3']
    await until(
      'the new address is known and the old one left',
      () => cluster.pool.nodes.length === 2 && cluster.pool.nodes.every(node => !node.key.includes('127.0.0.1')),
    )
    expect((await cluster.query('SELECT 1::INT4 AS n')).rows).toEqual([{ n: 1 }])
  })

  it('finds hosts and ports in SRV records', async () => {
    const asked: string[] = []
    const cluster = open({
      connectionString: directUrl.replace(/@[^/]+/, '@db.example'),
      dns: {
        srv: true,
        lookupSrv: name => {
          asked.push(name)
          return Promise.resolve(proxies.map(({ port }) => ({ name: '127.0.0.1', port })))
        },
      },
    })
    await cluster.query('SELECT 1')
    expect(asked).toEqual(['_postgresql._tcp.db.example'])
    expect(cluster.pool.nodes).toHaveLength(3)
  })

  it('says so when a name cannot be resolved', async () => {
    const cluster = open({
      connectionString: 'postgresql://root@db.invalid:26257/d',
      dns: { lookup: () => Promise.reject(new Error('no such name')) },
    })
    expect(await caught(cluster.query('SELECT 1'))).toMatchObject({ code: 'CERCI_CONNECTION' })
  })
})
