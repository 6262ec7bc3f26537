import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { sessionCluster } from '../session/session-cluster.js'
import { summarize } from '../session/summarize.js'

// Of two nodes, the one that is left has no quorum.
const cluster = await sessionCluster(3)

async function rootBackends(): Promise<number> {
  const [row] = await cluster.engine.query('defaultdb', "SELECT count(*) FROM pg_stat_activity WHERE usename = 'root'")
  return Number(row?.['count'])
}

describe('a killed node', () => {
  it('resets its connections, refuses new ones, and has ended everything it did when kill() is done', async () => {
    const setUp = await cluster.connect({ node: 2 })
    await setUp.query('CREATE TABLE k (id int8 PRIMARY KEY, v int8)')
    await setUp.query('INSERT INTO k VALUES (1, 0), (2, 0)')
    await setUp.end()
    const [idle, inTransaction, running] = [
      await cluster.connectRaw(),
      await cluster.connectRaw(),
      await cluster.connectRaw(),
    ]
    await inTransaction.query('BEGIN')
    await inTransaction.query('UPDATE k SET v = 1 WHERE id = 1')
    running.send({ name: 'Query', text: 'UPDATE k SET v = 2 WHERE id = 2; SELECT pg_sleep(600)' })
    await expect.poll(() => cluster.gateway.sessions().filter(({ status }) => status === 'active').length).toBe(1)
    await cluster.node(1).kill()
    expect(await rootBackends()).toBe(0)
    for (const client of [idle, inTransaction, running]) expect(await client.untilClosed()).toEqual([])
    await expect(cluster.connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' })

    const other = await cluster.connect({ node: 2 })
    const { rows } = await other.query('SELECT id, v FROM k ORDER BY id FOR UPDATE NOWAIT')
    expect(rows.map(row => Number(row.v))).toEqual([0, 0])
  })

  it('resets a connection only when what ran on it has ended, so that nobody is overtaken by its COMMIT', async () => {
    for (let round = 0; round < 5; round++) {
      await cluster.node(1).start()
      const running = await cluster.connectRaw()
      running.send({ name: 'Query', text: 'SELECT pg_sleep(600)' })
      await expect.poll(() => cluster.gateway.sessions().filter(({ status }) => status === 'active').length).toBe(1)
      const killed = cluster.node(1).kill()
      expect(await running.untilClosed()).toEqual([])
      expect(await rootBackends()).toBe(0)
      await killed
    }
  })

  it('serves again on its port after start()', async () => {
    const { port } = cluster.node(1)
    await cluster.node(1).kill()
    await cluster.node(1).start()
    expect(cluster.node(1).port).toBe(port)
    const client = await cluster.connectRaw()
    expect(summarize(await client.query('SELECT 1'))).toContain('DataRow 1')
  })

  it('can be killed while clients connect', async () => {
    const attempts = Array.from({ length: 20 }, () => cluster.connect().catch((error: unknown) => error))
    await cluster.node(1).kill()
    await Promise.all(attempts)
    expect(await rootBackends()).toBe(0)
    expect(cluster.gateway.sessions()).toEqual([])
    await cluster.node(1).start()
  })

  it('can be killed while clients change their database', async () => {
    const setUp = await cluster.connect({ node: 2 })
    await setUp.query('CREATE DATABASE elsewhere')
    await setUp.end()
    for (let delayMs = 0; delayMs < 16; delayMs++) {
      const clients = [await cluster.connectRaw(), await cluster.connectRaw()]
      for (const client of clients) client.send({ name: 'Query', text: 'USE elsewhere' })
      await sleep(delayMs)
      await cluster.node(1).kill()
      expect(await rootBackends(), `killed after ${delayMs} ms`).toBe(0)
      await cluster.node(1).start()
    }
    expect(cluster.log).toEqual([])
  })

  it('takes no other node along', async () => {
    const client = await cluster.connectRaw({ node: 2 })
    await client.query('BEGIN')
    await cluster.node(1).kill()
    expect(summarize(await client.query('COMMIT'))).toContain('CommandComplete COMMIT')
    await cluster.node(1).start()
    expect(cluster.log).toEqual([])
  })
})
