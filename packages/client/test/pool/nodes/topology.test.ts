import { expect, it } from 'vitest'
import { CerciPool } from '../../../src/pool/cerci-pool.js'
import { startNodes } from '../../fixture/nodes.js'

const { proxies, directUrl } = await startNodes(2)

it('forgets the addresses and nodes that DNS no longer names, however often it changes', async () => {
  let changes = 0
  const pool = new CerciPool({
    connectionString: directUrl.replace(/@[^/]+/, '@db.test'),
    max: 1,
    dns: { lookup: () => Promise.resolve([`10.0.0.${++changes}`]), intervalMs: 600_000 },
    // Every address is one and the same node, as that of a pod that moves.
    mapAddress: () => ({ host: '127.0.0.1', port: proxies[0]?.port ?? 0 }),
  })
  const { resolver, topology, clients } = pool.connections
  await pool.query('SELECT 1')
  const known = topology.nodes.length
  for (let round = 0; round < 100; round++) {
    await resolver.refresh()
    for (const client of clients) pool.connections.retire(client, 'removed')
    await pool.query('SELECT 1')
    expect(topology.nodes.length).toBeLessThanOrEqual(2 * known)
  }
  await resolver.refresh()
  await pool.close()
}, 30_000)

it('keeps a node that another address leads to', async () => {
  let addresses = ['10.0.0.1', '10.0.0.2']
  const pool = new CerciPool({
    connectionString: directUrl.replace(/@[^/]+/, '@db.test'),
    max: 2,
    dns: { lookup: () => Promise.resolve(addresses), intervalMs: 600_000 },
    mapAddress: () => ({ host: '127.0.0.1', port: proxies[1]?.port ?? 0 }),
  })
  await pool.warmUp()
  const { resolver, topology, clients } = pool.connections
  const ids = topology.nodes.map(({ id }) => id).filter(id => id !== undefined)
  addresses = ['10.0.0.2']
  await resolver.refresh()
  for (const client of clients) if (client.endpoint.removed) pool.connections.retire(client, 'removed')
  await resolver.refresh()
  expect([...topology.endpoints.values()].map(({ address }) => address.host)).toEqual(['10.0.0.2'])
  expect(topology.nodes.map(({ id }) => id).filter(id => id !== undefined)).toEqual(ids)
  expect(pool.idleCount).toBe(1)
  await pool.query('SELECT 1')
  await pool.close()
})
