import { describe, expect, it } from 'vitest'
import type { RawClient } from '../session/raw-client.js'
import { sessionCluster } from '../session/session-cluster.js'
import { summarize } from '../session/summarize.js'

const cluster = await sessionCluster(2)

function sockets(): number {
  return process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length
}

describe('the gateway', () => {
  it('knows its sessions', async () => {
    const client = await cluster.connectRaw({ node: 2, parameters: { application_name: 'known' } })
    await client.query('SELECT 1')
    await client.query('BEGIN')
    await client.query('SELECT 2')
    client.send({ name: 'Query', text: 'SELECT pg_sleep(60)' })
    await expect.poll(() => cluster.gateway.sessions()[0]?.status).toBe('active')
    const [session] = cluster.gateway.sessions()
    expect(session).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      nodeId: 2,
      user: 'root',
      database: 'defaultdb',
      applicationName: 'known',
      clientAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      query: { text: 'SELECT pg_sleep(60)' },
      lastQuery: 'SELECT 2',
      transaction: { statements: 1, automaticRetries: 0 },
      transactionsExecuted: 1,
    })
    expect(cluster.gateway.cancelQuery(session?.query?.id ?? '')).toBe(true)
    expect(summarize(await client.untilReady()).slice(-2)).toEqual([
      expect.stringContaining('ErrorResponse 57014'),
      'ReadyForQuery E',
    ])
  })

  it('cancels sessions', async () => {
    const client = await cluster.connectRaw()
    const [session] = cluster.gateway.sessions()
    expect(cluster.gateway.cancelSession(session?.id ?? '')).toBe(true)
    expect(summarize(await client.untilClosed())).toEqual([expect.stringContaining('ErrorResponse 57014')])
    expect(cluster.gateway.cancelSession(session?.id ?? '')).toBe(false)
    expect(cluster.gateway.cancelQuery('no such query')).toBe(false)
  })

  it('limits the connections of a node, but not those of root', async () => {
    const admin = await cluster.connect()
    await admin.query('CREATE ROLE somebody LOGIN')
    cluster.topology.setSetting('server.max_connections_per_gateway', '2')
    const as = (user: string, node = 1): Promise<unknown> => cluster.connect({ user, node })
    await as('somebody')
    await as('somebody')
    await expect(as('somebody')).rejects.toMatchObject({
      code: '53300',
      message: 'sorry, too many clients already',
    })
    await as('somebody', 2)
    await as('root')
    cluster.topology.setSetting('server.max_connections_per_gateway', 'default')
    await as('somebody')
  })

  it('keeps no socket of clients that have left, however they leave', async () => {
    const before = sockets()
    const leave = [
      (client: RawClient) => client.socket.end(),
      (client: RawClient) => client.send({ name: 'Terminate' }),
      (client: RawClient) => client.socket.destroy(),
      (client: RawClient) => client.socket.resetAndDestroy(),
      (client: RawClient) => client.socket.write('nonsense'),
    ]
    for (const how of leave) how(await cluster.connectRaw())
    for (const how of leave) how(await cluster.openRaw())
    await cluster.closeClients()
    await expect.poll(sockets, { timeout: 5000, interval: 10 }).toBeLessThanOrEqual(before)
  })

  it('says why a port cannot be had', async () => {
    const { host, port, region, zone } = cluster.node(1)
    await expect(cluster.gateway.listen({ id: 9, host, port, region, zone })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })
})
