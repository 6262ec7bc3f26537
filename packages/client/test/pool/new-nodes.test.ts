import { DevCluster } from '@cerci/dev-cluster'
import { expect, onTestFinished, test } from 'vitest'
import { Cluster } from '../../src/index.js'

/** For machines that are busy with other things. */
const patience = { timeout: 20_000, interval: 50 }

test('a node that joins is used as soon as DNS names it, and one that leaves no longer', async () => {
  const server = await DevCluster.start({ nodes: 3 })
  onTestFinished(() => server.stop())
  const cluster = new Cluster({
    connectionString: 'postgresql://root@cluster.test/defaultdb?sslmode=disable',
    max: 8,
    min: 8,
    dns: {
      srv: true,
      intervalMs: 100,
      lookupSrv: () => {
        const members = server.nodes.filter(({ info }) => info.membership === 'active')
        return Promise.resolve(members.map(({ port }) => ({ name: '127.0.0.1', port })))
      },
    },
  })
  onTestFinished(() => cluster.close())
  const used = async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, () =>
        cluster.query<{ id: string }>('SELECT crdb_internal.node_id() AS id, pg_sleep(0.02)'),
      ),
    )
    return [...new Set(answers.flatMap(({ rows }) => rows.map(({ id }) => Number(id))))].toSorted((a, b) => a - b)
  }
  await expect.poll(used, patience).toEqual([1, 2, 3])
  const node = await server.addNode({ region: 'us-east-1' })
  await expect.poll(used, patience).toContain(node.id)
  await server.node(2).decommission()
  await expect.poll(used, patience).toEqual([1, 3, 4])
})
