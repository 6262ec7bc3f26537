import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startupBytes } from '../session/raw-client.js'
import { sessionCluster } from '../session/session-cluster.js'
import { summarize } from '../session/summarize.js'

const cluster = await sessionCluster(2)
/** Long enough for an answer that must not come. */
const SILENCE_MS = 60

const active = (): number => cluster.gateway.sessions().filter(({ status }) => status === 'active').length

describe('a partitioned node', () => {
  it('neither answers nor closes, and goes on where it was when the partition is healed', async () => {
    const idle = await cluster.connectRaw()
    const busy = await cluster.connectRaw()
    busy.send({ name: 'Query', text: "SELECT pg_sleep(0.03), 'late' AS word" })
    await expect.poll(active, { interval: 1 }).toBe(1)
    cluster.node(1).partition()
    idle.send({ name: 'Query', text: 'SELECT 1' })
    const newcomer = await cluster.openRaw()
    newcomer.socket.write(startupBytes({ user: 'root' }))
    const silent = [idle, busy, newcomer]
    const before = silent.map(client => client.received.length)
    await sleep(SILENCE_MS)
    expect(silent.map(client => client.received.length)).toEqual(before)
    expect(silent.map(client => client.closed)).toEqual([false, false, false])

    cluster.node(1).heal()
    expect(summarize(await idle.untilReady())).toContain('DataRow 1')
    expect(summarize(await busy.untilReady())).toContain('DataRow ,late')
    expect(summarize(await newcomer.untilReady()).at(-1)).toBe('ReadyForQuery I')
  })

  it('does not disturb the others', async () => {
    cluster.node(1).partition()
    const other = await cluster.connectRaw({ node: 2 })
    expect(summarize(await other.query('SELECT 1'))).toContain('DataRow 1')
    cluster.node(1).heal()
  })

  it('says nothing when it is drained, until the partition is healed', async () => {
    cluster.topology.setSetting('server.shutdown.initial_wait', '0s')
    cluster.topology.setSetting('server.shutdown.connections.timeout', '0s')
    const client = await cluster.connectRaw()
    const before = client.received.length
    cluster.node(1).partition()
    await cluster.node(1).drain()
    await sleep(SILENCE_MS)
    expect([client.received.length, client.closed]).toEqual([before, false])
    cluster.node(1).heal()
    expect(summarize(await client.untilClosed())).toEqual(['ErrorResponse 57P01 server is shutting down'])
    await cluster.node(1).start()
  })

  it('does not do what a client had asked for that has left meanwhile', async () => {
    const setUp = await cluster.connect({ node: 2 })
    await setUp.query('CREATE TABLE IF NOT EXISTS late (id int8 PRIMARY KEY)')
    const client = await cluster.connectRaw()
    await client.query('BEGIN')
    await client.query('INSERT INTO late VALUES (1)')
    cluster.node(1).partition()
    client.send({ name: 'Query', text: 'COMMIT' })
    client.socket.end()
    await sleep(SILENCE_MS)
    cluster.node(1).heal()
    await expect.poll(() => cluster.gateway.sessions().filter(({ nodeId }) => nodeId === 1)).toEqual([])
    expect((await setUp.query('SELECT id FROM late')).rows).toEqual([])
  })

  it('does not fill memory with what it cannot send', async () => {
    const client = await cluster.connectRaw()
    cluster.node(1).partition()
    await cluster.node(1).kill()
    expect(await client.untilClosed()).toEqual([])
    await cluster.node(1).start()
  })
})
