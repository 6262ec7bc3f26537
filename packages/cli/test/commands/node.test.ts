import { DevCluster } from '@cerci/dev-cluster'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { run } from '../run.js'

let cluster: DevCluster

beforeAll(async () => {
  cluster = await DevCluster.start({ nodes: 2 })
  vi.stubEnv('CERCI_ADMIN_URL', cluster.adminUrl)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await cluster.stop()
})

test('lists the nodes, as a table or as JSON', async () => {
  const { code, out } = await run('node', 'list')
  expect(code).toBe(0)
  expect(out.map(line => line.split(/ {2,}/))).toEqual([
    ['ID', 'REGION', 'ZONE', 'ADDRESS', 'STATE'],
    ...cluster.nodes.map(({ id, region, zone, port }) => [String(id), region, zone, `127.0.0.1:${port}`, 'live']),
  ])
  const [json = ''] = (await run('node', 'list', '--json')).out
  expect(JSON.parse(json)).toMatchObject({ url: cluster.url, nodes: [{ id: 1, state: 'live' }, { id: 2 }] })
})

test.each([
  ['kill', 'down'],
  ['start', 'live'],
  ['partition', 'live, partitioned'],
  ['heal', 'live'],
  ['drain', 'draining'],
])('%s leaves a node %s', async (action, state) => {
  expect(await run('node', action, '2')).toEqual({ code: 0, out: [`node 2 is ${state}`], err: [] })
})

test('nodes are added and decommissioned', async () => {
  const { code, out } = await run('node', 'add', '--region', 'eu-west-1', '--zone', 'z')
  expect([code, out[0]]).toEqual([0, expect.stringMatching(/^node 3 is live, in eu-west-1: postgresql:/)])
  expect(await run('node', 'decommission', '3')).toEqual({
    code: 1,
    out: [],
    err: [expect.stringMatching(/^cerci: Node 3 cannot be decommissioned, .*Add a node first\.$/)],
  })
  await run('node', 'add')
  expect(await run('node', 'decommission', '3')).toMatchObject({ code: 0, out: ['node 3 is decommissioned'] })
})

test('a region is cut off and connected again', async () => {
  await run('region', 'kill', 'us-west-1')
  expect((await run('region', 'list')).out.map(line => line.split(/ {2,}/))).toContainEqual([
    'us-west-1',
    'down',
    '0 of 1 live',
  ])
  await run('region', 'start', 'us-west-1')
  expect(await run('region', 'partition', 'us-west-1')).toMatchObject({ out: ['region us-west-1 is cut off'] })
  expect((await run('region', 'list')).out.map(line => line.split(/ {2,}/))).toContainEqual([
    'us-west-1',
    'cut off',
    '1 live',
  ])
  expect(await run('region', 'heal', 'us-west-1')).toMatchObject({ out: ['region us-west-1 is connected'] })
  expect((await run('region', 'kill', 'mars')).err[0]).toMatch(/^cerci: No node is in region 'mars'\./)
})

test("says the cluster's own words when it refuses", async () => {
  await run('node', 'kill', '2')
  expect(await run('node', 'drain', '2')).toEqual({
    code: 1,
    out: [],
    err: ['cerci: Node 2 is down, so it cannot drain. Start it first.'],
  })
  expect((await run('node', 'kill', '7')).err).toEqual(['cerci: There is no node 7. The nodes are 1, 2, 3, 4.'])
})

test('--admin goes before the environment', async () => {
  expect(await run('node', 'list', '--admin', `${cluster.adminUrl}/`)).toMatchObject({ code: 0 })
  expect(await run('node', 'list', '--admin', 'http://127.0.0.1:65535')).toMatchObject({ code: 1 })
})
