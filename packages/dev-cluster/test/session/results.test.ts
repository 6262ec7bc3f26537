import { beforeAll, describe, expect, it } from 'vitest'
import { sessionCluster } from './session-cluster.js'
import { summarize } from './summarize.js'

const cluster = await sessionCluster()

beforeAll(() => cluster.useFreshDatabase())

describe('results', () => {
  it('larger than the buffer arrive whole', async () => {
    const client = await cluster.connect()
    const { rows } = await client.query<{ n: string }>(
      "SELECT n, repeat('x', 1000) AS filling FROM generate_series(1, 5000) AS n",
    )
    expect(rows).toHaveLength(5000)
    expect(rows.at(-1)).toMatchObject({ filling: 'x'.repeat(1000) })
  })

  it('of one row larger than any buffer arrive whole', async () => {
    const client = await cluster.connect()
    const { rows } = await client.query<{ length: string; big: string }>("SELECT repeat('y', 3000000) AS big")
    expect(rows[0]?.big.length).toBe(3_000_000)
  })

  it('wait in PostgreSQL for a client that does not read', async () => {
    const client = await cluster.connectRaw()
    const before = process.memoryUsage()
    client.socket.pause()
    client.send({ name: 'Query', text: "SELECT repeat('z', 10000) FROM generate_series(1, 20000)" })
    await expect.poll(waitsForClient, { timeout: 10_000, interval: 20 }).toBe(true)
    const { arrayBuffers, heapUsed } = process.memoryUsage()
    expect(arrayBuffers + heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(60e6)
    client.socket.resume()
    const messages = await client.untilReady()
    expect(messages.filter(({ name }) => name === 'DataRow')).toHaveLength(20_000)
    expect(summarize(messages.slice(-1))).toEqual(['ReadyForQuery I'])
  })

  it('are not waited for when the client vanishes: the statement ends', async () => {
    const client = await cluster.connectRaw()
    client.send({ name: 'Query', text: 'SELECT pg_sleep(600)' })
    await expect.poll(running).toBe(1)
    client.socket.resetAndDestroy()
    await expect.poll(running).toBe(0)
    await expect.poll(() => cluster.gateway.sessions()).toEqual([])
  })
})

async function waitsForClient(): Promise<boolean> {
  const [row] = await cluster.engine.query(
    cluster.database,
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'ClientWrite'",
  )
  return Number(row?.['count']) > 0
}

async function running(): Promise<number> {
  const [row] = await cluster.engine.query(
    cluster.database,
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'",
  )
  return Number(row?.['count'])
}
