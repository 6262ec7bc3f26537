import { Client } from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { MultiRegionCluster } from '../multi-region-cluster.js'

let shop: MultiRegionCluster
let root: Client

beforeAll(async () => {
  shop = await MultiRegionCluster.start()
  root = await shop.connect(1)
})

async function column(sql: string): Promise<unknown[]> {
  const { rows } = await root.query<unknown[]>({ text: sql, rowMode: 'array' })
  return rows.map(([first]) => first)
}

test('a node joins while the cluster runs, and everybody knows it', async () => {
  const node = await shop.cluster.addNode({ region: 'ap-south-1', zone: 'x' })
  expect([node.id, node.info.state, node.info.membership]).toEqual([4, 'live', 'active'])
  const client = await shop.connect(4)
  expect((await client.query('SHOW LOCALITY')).rows).toEqual([{ locality: 'region=ap-south-1,zone=x' }])
  expect((await client.query('SELECT gateway_region() AS region')).rows).toEqual([{ region: 'ap-south-1' }])
  expect(await column('SHOW REGIONS FROM CLUSTER')).toEqual(['ap-south-1', 'eu-west-1', 'us-east-1', 'us-west-1'])
  expect(await column('SELECT node_id FROM crdb_internal.gossip_nodes ORDER BY 1')).toEqual(['1', '2', '3', '4'])
  await root.query('ALTER DATABASE shop ADD REGION "ap-south-1"')
  expect(shop.cluster.url).toContain(`:${node.port}`)
  // Its own place by default: where there are the fewest nodes.
  const fifth = await shop.cluster.addNode()
  expect([fifth.region, fifth.zone]).toEqual(['us-east-1', 'b'])
})

test('a node leaves for good', async () => {
  const client = await shop.connect(5)
  const left = new Promise(resolve => {
    client.on('error', resolve)
  })
  const node = shop.cluster.node(5)
  await node.decommission()
  expect(await left).toMatchObject({ code: '57P01' })
  expect(node.info).toMatchObject({ state: 'down', membership: 'decommissioned' })
  await expect(node.start()).rejects.toThrow(/Node 5 is decommissioned, so it cannot start\. Add a new node/)
  expect(shop.cluster.url).not.toContain(`:${node.port}/`)
  expect(await column('SELECT node_id FROM crdb_internal.gossip_nodes ORDER BY 1')).toEqual(['1', '2', '3', '4'])
  const { rows } = await root.query(
    'SELECT node_id, decommissioning, membership FROM crdb_internal.gossip_liveness ORDER BY node_id DESC LIMIT 2',
  )
  expect(rows).toEqual([
    { node_id: '5', decommissioning: true, membership: 'decommissioned' },
    { node_id: '4', decommissioning: false, membership: 'active' },
  ])
  const health = await fetch(`${shop.cluster.adminUrl}/nodes/5/health`)
  expect(health.status).toBe(503)
  // An id is used once.
  const next = await shop.cluster.addNode({ region: 'eu-west-1' })
  expect([next.id, next.zone]).toEqual([6, 'b'])
})

test('a node whose replicas would have nowhere to go stays', async () => {
  await expect(shop.cluster.node(4).decommission()).rejects.toMatchObject({
    code: 'CERCI_DECOMMISSION_BLOCKED',
    message: expect.stringContaining('the last one in region ap-south-1') as unknown,
  })
  await root.query('ALTER DATABASE shop DROP REGION "ap-south-1"')
  await shop.cluster.node(4).decommission()
  await shop.cluster.node(6).decommission()
  await expect(shop.cluster.node(3).decommission()).rejects.toMatchObject({
    code: 'CERCI_DECOMMISSION_BLOCKED',
    message: expect.stringContaining('2 nodes would remain') as unknown,
  })
  expect(shop.cluster.node(3).info.state).toBe('live')
})

test('while a node drains its health says so, and its liveness too', async () => {
  const health = async (query: string) => (await fetch(`${shop.cluster.adminUrl}/nodes/2/health${query}`)).status
  await root.query("SET CLUSTER SETTING server.shutdown.initial_wait = '10s'")
  expect([await health(''), await health('?ready=1')]).toEqual([200, 200])
  const drained = shop.cluster.node(2).drain()
  expect([await health(''), await health('?ready=1')]).toEqual([200, 503])
  expect(await column('SELECT node_id FROM crdb_internal.gossip_liveness WHERE draining')).toEqual(['2'])
  await shop.cluster.node(2).kill()
  await drained
  expect([await health(''), await health('?ready=1')]).toEqual([503, 503])
  expect(await column('SELECT node_id FROM crdb_internal.gossip_nodes WHERE NOT is_live')).toEqual(['2'])
  await shop.cluster.node(2).start()
  expect(await health('?ready=1')).toBe(200)
})

test('what cannot be added is refused', async () => {
  await expect(shop.cluster.addNode({ region: 'a b' })).rejects.toMatchObject({ code: 'CERCI_NODE_INVALID' })
  await expect(shop.cluster.addNode({ port: 70_000 })).rejects.toMatchObject({ code: 'CERCI_PORT_INVALID' })
  const taken = shop.cluster.node(1).port
  await expect(shop.cluster.addNode({ port: taken })).rejects.toMatchObject({ code: 'CERCI_PORT_IN_USE' })
  expect(() => shop.cluster.region('mars')).toThrow(/The regions are eu-west-1, us-east-1, us-west-1\./)
  const client = new Client({ connectionString: shop.cluster.node(1).url })
  await client.connect()
  await client.end()
})
