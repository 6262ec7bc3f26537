import { afterAll, beforeAll, expect, test } from 'vitest'
import { DevCluster } from '../../src/dev-cluster.js'

let cluster: DevCluster

beforeAll(async () => {
  cluster = await DevCluster.start()
})
afterAll(() => cluster.stop())

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(cluster.adminUrl + path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

test('nodes are added and decommissioned', async () => {
  expect(await ask('POST', '/api/nodes', { region: 'us-west-1', zone: 'q' })).toMatchObject({
    status: 201,
    body: { id: 4, region: 'us-west-1', zone: 'q', state: 'live', membership: 'active' },
  })
  expect(await ask('POST', '/api/nodes/4/decommission')).toMatchObject({
    status: 200,
    body: { state: 'down', membership: 'decommissioned' },
  })
  expect(await ask('POST', '/api/nodes/3/decommission')).toMatchObject({
    status: 409,
    body: { error: { code: 'CERCI_DECOMMISSION_BLOCKED' } },
  })
  for (const body of [[], { regoin: 'x' }, { region: 1 }]) {
    expect(await ask('POST', '/api/nodes', body)).toMatchObject({
      status: 400,
      body: { error: { code: 'CERCI_NODE_INVALID' } },
    })
  }
})

test('regions are listed, cut off and connected again', async () => {
  expect(await ask('POST', '/api/regions/eu-west-1/partition')).toEqual({
    status: 200,
    body: { name: 'eu-west-1', nodes: [3], live: [3], isolated: true },
  })
  expect((await ask('GET', '/api/regions')).body).toEqual({
    regions: [
      { name: 'eu-west-1', nodes: [3], live: [3], isolated: true },
      { name: 'us-east-1', nodes: [1], live: [1], isolated: false },
      { name: 'us-west-1', nodes: [2], live: [2], isolated: false },
    ],
  })
  expect(await ask('POST', '/api/regions/eu-west-1/heal')).toMatchObject({ body: { isolated: false } })
  await ask('POST', '/api/regions/eu-west-1/kill')
  expect(cluster.node(3).info.state).toBe('down')
  await ask('POST', '/api/regions/eu-west-1/start')
  expect(cluster.node(3).info.state).toBe('live')
  expect(await ask('POST', '/api/regions/mars/kill')).toMatchObject({
    status: 404,
    body: { error: { code: 'CERCI_REGION_UNKNOWN' } },
  })
})

test('the latency is shown and changed, but no file is read for a page', async () => {
  expect((await ask('GET', '/api/latency')).body).toEqual({ latency: 'none' })
  expect((await ask('PUT', '/api/latency', { latency: 'wan' })).body).toEqual({ latency: 'wan' })
  expect(await ask('POST', '/api/nodes', { region: 'mars' })).toMatchObject({
    status: 400,
    body: { error: { code: 'CERCI_LATENCY_INVALID' } },
  })
  const own = { betweenRegionsMs: { 'us-east-1': { 'us-west-1': 1, 'eu-west-1': 2 }, 'us-west-1': { 'eu-west-1': 3 } } }
  expect((await ask('PUT', '/api/latency', { latency: own })).body).toEqual({ latency: 'latency' })
  for (const latency of ['/etc/passwd', { betweenRegionsMs: { a: { b: 'x' } } }, 7]) {
    expect(await ask('PUT', '/api/latency', { latency })).toMatchObject({
      status: 400,
      body: { error: { code: 'CERCI_LATENCY_INVALID' } },
    })
  }
  expect((await ask('PUT', '/api/latency', { latency: 'none' })).body).toEqual({ latency: 'none' })
})
