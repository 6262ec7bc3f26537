import { request } from 'node:http'
import { Script } from 'node:vm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { adminRoutes } from '../../src/admin/admin-routes.js'
import { AdminServer } from '../../src/admin/admin-server.js'
import { DevCluster } from '../../src/dev-cluster.js'

let cluster: DevCluster

beforeAll(async () => {
  cluster = await DevCluster.start({ nodes: 2, faultSeed: 'test' })
})
beforeEach(async () => {
  cluster.faults.clear()
  await Promise.all(cluster.nodes.map(node => node.start()))
})
afterAll(() => cluster.stop())

interface Reply {
  readonly status: number
  readonly body: unknown
}

async function ask(method: string, path: string, body?: unknown): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(cluster.adminUrl + path, { method, ...(body !== undefined && { body: text }) })
  return { status: response.status, body: await response.json() }
}

/** As a browser would send it for a page of another site; `fetch` does not let headers such as Host be set. */
async function askWith(headers: Record<string, string>): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(`${cluster.adminUrl}/api/nodes/1/kill`, { method: 'POST', headers }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }))
    })
    sent.on('error', reject).end()
  })
}

function refusal(status: number, code: string): unknown {
  return { status, body: { error: { code, message: expect.any(String) } } }
}

describe('nodes', () => {
  test('are listed with their URLs and states', async () => {
    const { status, body } = await ask('GET', '/api/nodes')
    expect(status).toBe(200)
    expect(body).toEqual({
      url: cluster.url,
      nodes: cluster.nodes.map(node => ({
        ...node.info,
        httpPort: Number(new URL(cluster.adminUrl).port),
        startedAt: node.info.startedAt.toISOString(),
        changedAt: node.info.changedAt.toISOString(),
        url: node.url,
      })),
    })
  })

  test('can be killed, started, partitioned, healed and drained', async () => {
    for (const [action, state, partitioned] of [
      ['kill', 'down', false],
      ['start', 'live', false],
      ['partition', 'live', true],
      ['heal', 'live', false],
      ['drain', 'draining', false],
    ] as const) {
      const { status, body } = await ask('POST', `/api/nodes/2/${action}`)
      expect([action, status]).toEqual([action, 200])
      expect(body).toMatchObject({ id: 2, state, partitioned })
    }
  })

  test('that do not exist, or are down, are refused', async () => {
    expect(await ask('POST', '/api/nodes/9/kill')).toEqual(refusal(404, 'CERCI_NODE_UNKNOWN'))
    await cluster.node(2).kill()
    expect(await ask('POST', '/api/nodes/2/drain')).toEqual(refusal(409, 'CERCI_NODE_STATE'))
    expect(await ask('POST', '/api/nodes/2/partition')).toEqual(refusal(409, 'CERCI_NODE_STATE'))
  })

  test('tell load balancers whether they are ready', async () => {
    const health = async (query: string) => (await ask('GET', `/nodes/2/health${query}`)).status
    expect([await health(''), await health('?ready=1')]).toEqual([200, 200])
    await cluster.node(2).drain()
    expect([await health(''), await health('?ready=1')]).toEqual([200, 503])
    await cluster.node(2).kill()
    expect([await health(''), await health('?ready=1')]).toEqual([503, 503])
    expect((await ask('GET', '/nodes/9/health')).status).toBe(404)
  })
})

describe('faults', () => {
  const cut = { id: 'cut', stage: 'statement', effect: { kind: 'cut' } }
  const listed = { ...cut, matches: 0, hits: 0 }

  test('are replaced together, added and removed by name, and cleared', async () => {
    expect(await ask('PUT', '/api/faults', { rules: [cut] })).toEqual({
      status: 200,
      body: { seed: 'test', rules: [listed] },
    })
    const slow = { stage: 'statement', effect: { kind: 'delay', ms: 5 } }
    expect((await ask('PUT', '/api/faults/slow%20one', slow)).body).toMatchObject({
      rules: [{ id: 'cut' }, { id: 'slow one' }],
    })
    expect((await ask('DELETE', '/api/faults/cut')).body).toMatchObject({ rules: [{ id: 'slow one' }] })
    expect(await ask('DELETE', '/api/faults/cut')).toEqual(refusal(404, 'CERCI_FAULT_UNKNOWN'))
    expect((await ask('DELETE', '/api/faults')).body).toEqual({ seed: 'test', rules: [] })
    expect(cluster.faults.active).toBe(false)
  })

  test('begin anew with a seed, alone or with rules, and may have any name', async () => {
    await ask('PUT', '/api/faults/a%2Fb%25', { stage: 'statement', effect: { kind: 'cut' } })
    expect((await ask('PUT', '/api/faults', { seed: 'monday' })).body).toMatchObject({
      seed: 'monday',
      rules: [{ id: 'a/b%' }],
    })
    expect((await ask('DELETE', '/api/faults/a%2Fb%25')).body).toEqual({ seed: 'monday', rules: [] })
    expect((await ask('PUT', '/api/faults', { seed: 'test', rules: [cut] })).body).toEqual({
      seed: 'test',
      rules: [listed],
    })
  })

  test('that are wrong change nothing', async () => {
    cluster.faults.add({ id: 'kept', stage: 'connect', effect: { kind: 'cut' } })
    for (const body of [{ rules: [cut, { ...cut, node: 'x' }] }, { rules: [{}] }]) {
      expect(await ask('PUT', '/api/faults', body)).toEqual(refusal(400, 'CERCI_FAULT_INVALID'))
    }
    expect(await ask('PUT', '/api/faults', { rules: [{ ...cut, node: 99 }] })).toEqual(
      refusal(400, 'CERCI_FAULT_INVALID'),
    )
    for (const body of [
      '{',
      '{}',
      '{"seed": 5}',
      '{"rules": [], "sed": "a"}',
      '[]',
      '{"rules": 1}',
      'null',
      ' '.repeat(1_000_001),
    ]) {
      expect(await ask('PUT', '/api/faults', body)).toEqual(refusal(400, 'CERCI_ADMIN_BODY'))
    }
    expect(cluster.faults.list().map(({ rule }) => rule.id)).toEqual(['kept'])
  })

  test('leave the truth about ambiguous commits to be looked up', async () => {
    cluster.faults.recordTruth('a#1', true)
    expect((await ask('GET', '/api/commits')).body).toEqual({
      commits: [{ id: 'a#1', committed: true, at: expect.any(String) }],
    })
  })
})

describe('a request', () => {
  test('for what is not there is refused', async () => {
    expect(await ask('GET', '/api/other')).toEqual(refusal(404, 'CERCI_ADMIN_NOT_FOUND'))
    expect(await ask('GET', '/api/%zz')).toEqual(refusal(404, 'CERCI_ADMIN_NOT_FOUND'))
    expect(await ask('POST', '/api/nodes/1/explode')).toEqual(refusal(404, 'CERCI_ADMIN_NOT_FOUND'))
    expect(await ask('DELETE', '/api/nodes')).toEqual(refusal(405, 'CERCI_ADMIN_METHOD'))
  })

  test.each<[string, Record<string, string>]>([
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['the Origin of another port', { origin: 'http://127.0.0.1:1' }],
    ['no Origin worth the name', { origin: 'null' }],
    ['a rebound Host', { host: 'evil.example' }],
    ['a Host that begins as a loopback address does', { host: '127.0.0.1.evil.example' }],
    ['the Host of another machine', { host: '192.168.1.2:8080' }],
    ['no Host worth the name', { host: ':8080' }],
    ['a browser that says it is of another site', { 'sec-fetch-site': 'cross-site' }],
  ])('with %s is refused, and does nothing', async (_, headers) => {
    expect(await askWith(headers)).toEqual(refusal(403, 'CERCI_ADMIN_FORBIDDEN'))
    expect(cluster.node(1).info.state).toBe('live')
  })

  test('of the status page itself is served', async () => {
    const own = new URL(cluster.adminUrl).host
    expect((await askWith({ origin: `http://${own}`, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })

  // Behind a forwarded port the number is another one.
  test.each(['localhost:8080', 'LOCALHOST', '127.0.0.1', '127.8.8.8:1', '[::1]:8080', '[::1]'])(
    'to %s is answered',
    async host => {
      expect((await askWith({ host })).status).toBe(200)
    },
  )
})

test('the status page loads nothing from elsewhere', async () => {
  const response = await fetch(`${cluster.adminUrl}/`)
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await response.text()).not.toMatch(/(src|href)=/)
})

test('the script of the status page is one that a browser can read', async () => {
  const page = await (await fetch(`${cluster.adminUrl}/`)).text()
  const script = page.slice(page.indexOf('<script>') + '<script>'.length, page.indexOf('</script>'))
  expect(script).toContain('refresh()')
  expect(() => new Script(script)).not.toThrow()
})

function unforeseen(): never {
  throw new TypeError('unforeseen')
}

test('an error that nobody foresaw is told with its words', async () => {
  const { faults, url } = cluster
  const broken = { node: unforeseen, addNode: unforeseen, region: unforeseen, setLatency: unforeseen }
  const databases = { createDatabase: () => cluster.createDatabase(), dropDatabase: () => undefined }
  const subject = { url, faults, nodes: [], latency: 'none', ...broken, ...databases }
  const admin = await AdminServer.listen({ host: '127.0.0.1', port: 0, routes: adminRoutes, subject })
  const response = await fetch(`${admin.url}/nodes/1/health`)
  expect(response.status).toBe(500)
  expect(await response.json()).toEqual({
    error: { code: 'CERCI_ADMIN_FAILED', message: 'The admin API failed: unforeseen' },
  })
  await admin.close()
})
