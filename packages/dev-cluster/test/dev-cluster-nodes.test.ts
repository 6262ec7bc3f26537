import { once } from 'node:events'
import { createServer } from 'node:net'
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { DevCluster } from '../src/dev-cluster.js'
import { ask, patience, start } from './started-cluster.js'

describe('a node', () => {
  test('that is killed resets its connections and refuses new ones; started again it is where it was', async () => {
    const cluster = await start()
    const node = cluster.node(2)
    const sleeping = ask(node.url, 'SELECT pg_sleep(60)').catch((error: unknown) => error)
    await expect.poll(() => ask(node.url, 'SELECT 1'), patience).toHaveLength(1)
    const { port } = node
    await Promise.all([node.kill(), node.kill()])
    expect(await sleeping).toBeInstanceOf(Error)
    await expect(ask(node.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(await ask(cluster.node(1).url, 'SELECT 1 AS one')).toHaveLength(1)
    await Promise.all([node.start(), node.start()])
    expect(node.port).toBe(port)
    expect(await ask(node.url, 'SELECT 1 AS one')).toHaveLength(1)
  })

  test('that lost its port meanwhile says so, and starts when the port is free', async () => {
    const cluster = await start({ nodes: 1 })
    const node = cluster.node(1)
    await node.kill()
    const thief = createServer().listen(node.port, node.host)
    await once(thief, 'listening')
    await expect(node.start()).rejects.toMatchObject({ code: 'CERCI_PORT_IN_USE' })
    expect(node.info.state).toBe('down')
    await once(thief.close(), 'close')
    await node.start()
    expect(await ask(node.url, 'SELECT 1 AS one')).toHaveLength(1)
  })

  test('does not start again after its cluster has stopped', async () => {
    const cluster = await DevCluster.start({ nodes: 1 })
    await cluster.node(1).kill()
    await cluster.stop()
    await expect(cluster.node(1).start()).rejects.toMatchObject({ code: 'CERCI_CLUSTER_STOPPED' })
    await expect(cluster.createDatabase()).rejects.toMatchObject({ code: 'CERCI_ENGINE_CLOSED' })
  })

  test('that does not exist is an error that names those that do', async () => {
    const cluster = await start({ nodes: 2 })
    expect(() => cluster.node(3)).toThrow(
      expect.objectContaining({ code: 'CERCI_NODE_UNKNOWN', message: 'There is no node 3. The nodes are 1, 2.' }),
    )
  })

  test('that drains lets its clients go, and can be restarted', async () => {
    const cluster = await start()
    const node = cluster.node(3)
    const client = new Client({ connectionString: node.url })
    const errors: unknown[] = []
    client.on('error', error => errors.push(error))
    await client.connect()
    await node.drain()
    expect(node.info.state).toBe('draining')
    await expect.poll(() => errors, patience).toContainEqual(expect.objectContaining({ code: '57P01' }))
    await node.start()
    expect(node.info.state).toBe('live')
    expect(await ask(node.url, 'SELECT 1 AS one')).toHaveLength(1)
  })

  test('that is partitioned neither answers nor refuses, until it is healed', async () => {
    const cluster = await start()
    const node = cluster.node(1)
    node.partition()
    const client = new Client({ connectionString: node.url, connectionTimeoutMillis: 150 })
    await expect(client.connect()).rejects.toThrow('timeout')
    node.heal()
    expect(await ask(node.url, 'SELECT 1 AS one')).toHaveLength(1)
  })
})
