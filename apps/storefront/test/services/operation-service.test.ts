import { Cluster } from 'cerci'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { OperationService } from '../../src/services/operation-service.js'

test('health names the region of a node once a connection has told it, and says nothing until then', async () => {
  const cluster = new Cluster({ connectionString: await freshDatabase(), max: 1 })
  const operations = new OperationService({ cluster, registry: new Registry(), maxQueued: 1 })
  await cluster.query('SELECT 1')
  const { nodes } = await operations.health()
  const known = nodes.filter(node => node.region !== undefined)
  expect(known.map(({ connections }) => connections)).toEqual([1])
  for (const node of nodes) {
    expect(node.answerMs).toBeGreaterThan(0)
    expect('region' in node).toBe(node.connections > 0)
  }
  await cluster.close()
})
