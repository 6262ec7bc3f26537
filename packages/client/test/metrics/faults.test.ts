import { ambiguousCommits, DevCluster } from '@cerci/dev-cluster'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { healthResponse } from '../../src/http/health-response.js'
import { collectMetrics } from '../../src/metrics/collect-metrics.js'
import { Proxy } from '../fixture/proxy.js'

describeFaults('what is seen of a cluster that fails', () => {
  let nodes: DevCluster
  let db: Cluster
  const register = new Registry()

  beforeAll(async () => {
    nodes = await DevCluster.start({ nodes: 3 })
    db = new Cluster({ connectionString: nodes.url, max: 6 })
    collectMetrics(db, { register })
    await db.warmUp()
    await db.query('CREATE TABLE t (id INT8 PRIMARY KEY)')
  })

  afterAll(async () => {
    await db.close()
    await nodes.stop()
  })

  test('ambiguous commits', async () => {
    nodes.faults.add(ambiguousCommits({ times: 1, inTransaction: true }))
    const failed = db.transaction(tx => tx.query('INSERT INTO t VALUES (1)'))
    await expect(failed).rejects.toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT' })
    expect(await register.metrics()).toContain('cerci_ambiguous_commits_total{kind="transaction"} 1')
  })

  test('a node that dies and comes back', async () => {
    const { port } = nodes.node(2)
    const label = `127.0.0.1:${port}`
    const up = async (): Promise<string | undefined> =>
      (await register.metrics()).split('\n').find(line => line.startsWith(`cerci_node_up{node="${label}"`))
    expect(await up()).toMatch(/ 1$/)
    await nodes.node(2).kill()
    await expect.poll(async () => (await db.warmUp(), await up())).toMatch(/ 0$/)
    const degraded = await healthResponse(db, {})
    expect(degraded).toMatchObject({ status: 200, body: { status: 'degraded' } })
    expect(degraded.body.nodes.find(node => node.node === label)).toMatchObject({ state: 'down', answerMs: undefined })
    expect(await register.metrics()).toContain(`cerci_failovers_total{node="${label}",state="down"}`)

    await nodes.node(2).start()
    await expect.poll(async () => (await db.query('SELECT 1'), await up()), { timeout: 15_000 }).toMatch(/ 1$/)
    expect((await healthResponse(db, {})).body.status).toBe('up')
    expect(await register.metrics()).toContain(`cerci_failovers_total{node="${label}",state="up"}`)
  })

  test('nodes behind one address are told apart by their ids', async () => {
    const ports = nodes.nodes.map(({ port }) => port)
    const balancer = await Proxy.start({ host: '127.0.0.1', port: 0 })
    balancer.choosePort = connection => ports[connection % 3] ?? 0
    const behind = new Cluster({ connectionString: nodes.url.replace(/@[^/]+/, `@127.0.0.1:${balancer.port}`), max: 3 })
    const own = new Registry()
    collectMetrics(behind, { register: own })
    const clients = await Promise.all([1, 2, 3].map(() => behind.pool.connect()))
    const text = await own.metrics()
    for (const { id } of nodes.nodes) {
      const labels = `node="127.0.0.1:${balancer.port}",id="${id}",region="${nodes.node(id).region}"`
      expect(text).toContain(`cerci_node_up{${labels}} 1`)
      expect(text).toContain(`cerci_pool_connections{${labels},state="busy"} 1`)
    }
    for (const client of clients) client.release()
    await behind.close()
    await balancer.stop()
  })

  test('no node at all', async () => {
    await Promise.all(nodes.nodes.map(node => node.kill()))
    expect(await healthResponse(db, { healthTimeoutMs: 500 })).toMatchObject({ status: 503, body: { status: 'down' } })
  })
})
