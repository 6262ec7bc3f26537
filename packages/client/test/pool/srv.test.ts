import { afterEach, beforeEach, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.js'
import type { ClusterOptions } from '../../src/cluster/options.js'
import { caught, until } from '../fixture/caught.js'
import { DnsServer } from '../fixture/dns-server.js'
import { startNodes } from '../fixture/nodes.js'

const { proxies, directUrl } = await startNodes(3)
const server = await DnsServer.start()
const service = '_postgresql._tcp.db.test'
const url = directUrl.replace(/@[^/]+/, '@db.test')
const clusters: Cluster[] = []

function open(options: ClusterOptions = {}): Cluster {
  const cluster = new Cluster({
    connectionString: url,
    ...options,
    dns: { srv: true, intervalMs: 100, ...options.dns },
  })
  clusters.push(cluster)
  return cluster
}

function target(at: number, name = '127.0.0.1'): { name: string; port: number } {
  return { name, port: proxies[at]?.port ?? 0 }
}

beforeEach(() => {
  server.broken = false
  server.records.clear()
  server.asked.length = 0
})

afterEach(() => Promise.all(clusters.splice(0).map(cluster => cluster.close({ deadlineMs: 100 }))))

it('asks DNS for the service of the host, and uses all of its hosts and ports', async () => {
  server.records.set(service, [target(0), target(1), target(2, 'localhost')])
  const cluster = open({ max: 3 })
  await cluster.warmUp()
  expect(server.asked).toEqual([service])
  expect(cluster.pool.nodes.map(({ host, port, connections }) => ({ host, port, connections }))).toEqual([
    { host: '127.0.0.1', port: proxies[0]?.port, connections: 1 },
    { host: '127.0.0.1', port: proxies[1]?.port, connections: 1 },
    { host: 'localhost', port: proxies[2]?.port, connections: 1 },
  ])
})

it('takes the parameter srv of an URL, and a service that is named in full', async () => {
  server.records.set('_cockroach._tcp.db.test', [target(0)])
  const cluster = new Cluster(`${url.replace('@db.test', '@_cockroach._tcp.db.test')}&srv=true`)
  clusters.push(cluster)
  await cluster.query('SELECT 1')
  expect(server.asked).toEqual(['_cockroach._tcp.db.test'])
})

it('follows the records as they change', async () => {
  server.records.set(service, [target(0)])
  const cluster = open()
  await cluster.query('SELECT 1')
  server.records.set(service, [target(1), target(2)])
  const ports = (): number[] => cluster.pool.nodes.map(({ port }) => port)
  await until('the new ones are used and the old one is left', () => {
    return ports().join() === [proxies[1]?.port, proxies[2]?.port].join()
  })
  expect((await cluster.query('SELECT 1::INT4 AS n')).rows).toEqual([{ n: 1 }])
})

it('keeps the nodes that it knows while DNS fails', async () => {
  server.records.set(service, [target(0), target(1)])
  const cluster = open({ max: 2 })
  await cluster.warmUp()
  const before = cluster.pool.nodes
  const accepted = proxies.map(proxy => proxy.accepted)
  server.broken = true
  const asked = server.asked.length
  await until('DNS was asked again, twice', () => server.asked.length >= asked + 2)
  for (let n = 0; n < 10; n++) await cluster.query('SELECT 1')
  expect(cluster.pool.nodes.map(({ key, state }) => [key, state])).toEqual(before.map(({ key }) => [key, 'up']))
  expect(proxies.map(proxy => proxy.accepted)).toEqual(accepted)
})

it('says which service does not exist, and goes on as soon as it does', async () => {
  const cluster = open()
  const error = await caught(cluster.query('SELECT 1'))
  expect(error).toMatchObject({ code: 'CERCI_CONNECTION', message: expect.stringContaining(service) })
  expect(await cluster.health()).toMatchObject({ status: 'down' })
  server.records.set(service, [target(0)])
  await until('it is found', () =>
    cluster.query('SELECT 1').then(
      () => true,
      () => false,
    ),
  )
})

it('does not wait forever for a service without records', async () => {
  const cluster = open({ dns: { lookupSrv: () => Promise.resolve([]) } })
  expect(await caught(cluster.query('SELECT 1'))).toMatchObject({
    code: 'CERCI_CONNECTION',
    message: expect.stringContaining(service),
  })
})
