import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startupBytes } from '../session/raw-client.js'
import { sessionCluster } from '../session/session-cluster.js'
import { summarize } from '../session/summarize.js'

const cluster = await sessionCluster(2)
const shuttingDown = 'ErrorResponse 57P01 server is shutting down'
const tryAnother = 'ErrorResponse 57P01 server is not accepting clients, try another node'

function settings(values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) cluster.topology.setSetting(`server.shutdown.${name}`, value)
}

async function connecting(): Promise<string[]> {
  const client = await cluster.openRaw()
  client.socket.write(startupBytes({ user: 'root' }))
  const first = await client.next()
  client.destroy()
  return first?.name === 'Authentication' ? ['welcome'] : summarize(first === undefined ? [] : [first])
}

async function untilRefusing(): Promise<void> {
  await expect.poll(connecting, { interval: 5, timeout: 5000 }).toEqual([tryAnother])
}

beforeEach(() => settings({ initial_wait: '0s', 'connections.timeout': '0s', 'transactions.timeout': '10s' }))
afterEach(async () => {
  await cluster.node(1).start()
})

describe('a draining node', () => {
  it('closes idle connections at once, and those in a transaction when it has ended', async () => {
    const [idle, busy] = [await cluster.connectRaw(), await cluster.connectRaw()]
    await busy.query('BEGIN')
    const drained = cluster.node(1).drain()
    expect(summarize(await idle.untilClosed())).toEqual([shuttingDown])
    expect(await connecting()).toEqual([tryAnother])
    expect(summarize(await busy.query('SELECT 1'))).toContain('DataRow 1')
    busy.send({ name: 'Query', text: 'COMMIT' })
    expect(summarize(await busy.untilClosed())).toEqual(['CommandComplete COMMIT', 'ReadyForQuery I', shuttingDown])
    await drained
    expect(cluster.gateway.sessions()).toEqual([])
  })

  it('lets a statement outside of a transaction finish', async () => {
    const client = await cluster.connectRaw()
    client.send({ name: 'Query', text: "SELECT pg_sleep(0.1), 'done' AS word" })
    await expect.poll(() => cluster.gateway.sessions()[0]?.status).toBe('active')
    const drained = cluster.node(1).drain()
    expect(summarize(await client.untilClosed()).slice(-4)).toEqual([
      'DataRow ,done',
      'CommandComplete SELECT 1',
      'ReadyForQuery I',
      shuttingDown,
    ])
    await drained
  })

  it('does not run what a client has sent beyond the statement under way, and so does not wait for its end', async () => {
    const client = await cluster.connectRaw()
    client.send(
      { name: 'Query', text: "SELECT pg_sleep(0.1), 'first' AS word" },
      ...Array.from({ length: 5 }, () => ({ name: 'Query', text: 'SELECT 2' }) as const),
    )
    await expect.poll(() => cluster.gateway.sessions()[0]?.status).toBe('active')
    const drained = cluster.node(1).drain()
    const said = summarize(await client.untilClosed())
    expect(said.filter(line => line.startsWith('DataRow'))).toEqual(['DataRow ,first'])
    expect(said.slice(-2)).toEqual(['ReadyForQuery I', shuttingDown])
    await drained
  })

  it('closes everything when transactions take too long', async () => {
    settings({ 'transactions.timeout': '50ms' })
    const busy = await cluster.connectRaw()
    await busy.query('BEGIN')
    await cluster.node(1).drain()
    expect(summarize(await busy.untilClosed())).toEqual([shuttingDown])
  })

  it('ends a statement that takes too long before it says so', async () => {
    settings({ 'transactions.timeout': '20ms' })
    const active = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'root' AND state = 'active'"
    for (let round = 0; round < 5; round++) {
      const client = await cluster.connectRaw()
      await client.query('BEGIN')
      client.send({ name: 'Query', text: 'SELECT pg_sleep(600)' })
      await expect.poll(() => cluster.gateway.sessions()[0]?.status).toBe('active')
      const drained = cluster.node(1).drain()
      expect(summarize(await client.untilClosed())).toEqual([shuttingDown])
      expect(await cluster.engine.query('defaultdb', active)).toEqual([{ count: '0' }])
      await drained
      await cluster.node(1).start()
    }
  })

  it('first waits, serving everybody; then refuses new connections while old ones go on', async () => {
    settings({ initial_wait: '150ms', 'connections.timeout': '5s' })
    const client = await cluster.connectRaw()
    const started = performance.now()
    const drained = cluster.node(1).drain()
    expect(await connecting()).toEqual(['welcome'])
    await cluster.closeClients()
    const late = await cluster.connectRaw()
    await untilRefusing()
    expect(performance.now() - started).toBeGreaterThanOrEqual(145)
    expect(summarize(await late.query('SELECT 1'))).toContain('DataRow 1')
    late.send({ name: 'Terminate' })
    await drained
    expect(performance.now() - started).toBeLessThan(4000)
    expect(client.closed).toBe(true)
  })

  it('refuses until it is started again', async () => {
    await cluster.node(1).drain()
    expect(await connecting()).toEqual([tryAnother])
    await cluster.node(1).start()
    expect(await connecting()).toEqual(['welcome'])
  })

  it('can be killed meanwhile', async () => {
    settings({ initial_wait: '60s' })
    const client = await cluster.connectRaw()
    const drained = cluster.node(1).drain()
    await cluster.node(1).kill()
    await drained
    expect(await client.untilClosed()).toEqual([])
  })

  it('closes connections on which nothing has been said', async () => {
    const mute = await cluster.openRaw()
    await cluster.connectRaw()
    await cluster.node(1).drain()
    expect(summarize(await mute.untilClosed())).toEqual([tryAnother])
  })

  it('does not disturb the others', async () => {
    const other = await cluster.connectRaw({ node: 2 })
    await cluster.node(1).drain()
    expect(summarize(await other.query('SELECT 1'))).toContain('DataRow 1')
  })
})
