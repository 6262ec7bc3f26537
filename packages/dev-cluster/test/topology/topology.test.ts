import { describe, expect, test } from 'vitest'
import { clusterSettings } from '../../src/topology/cluster-settings.js'
import type { NodeInfo } from '../../src/topology/cluster-state.js'
import { Topology } from '../../src/topology/topology.js'

const node: NodeInfo = {
  id: 1,
  host: '127.0.0.1',
  port: 26257,
  httpPort: 8080,
  region: 'us-east-1',
  zone: 'a',
  state: 'live',
  membership: 'active',
  partitioned: false,
  startedAt: new Date(0),
  changedAt: new Date(0),
}

describe('Topology', () => {
  test('replaces its state at every change, with a higher version', () => {
    const topology = new Topology()
    const before = topology.state
    const seen: number[] = []
    const forget = topology.onChange(({ version }) => seen.push(version))
    topology.addNode({ ...node, id: 2 })
    topology.addNode(node)
    topology.updateNode(2, { state: 'draining' })
    expect(before.nodes).toEqual([])
    expect(topology.state.nodes.map(({ id, state }) => [id, state])).toEqual([
      [1, 'live'],
      [2, 'draining'],
    ])
    forget()
    topology.updateNode(2, { state: 'down' })
    expect(seen).toEqual([1, 2, 3].map(step => before.version + step))
  })

  test('names the nodes there are when one is unknown', () => {
    const topology = new Topology()
    topology.addNode(node)
    expect(() => topology.node(7)).toThrow(
      expect.objectContaining({ code: 'CERCI_NODE_UNKNOWN', message: 'There is no node 7. The nodes are 1.' }),
    )
  })
})

describe('cluster settings', () => {
  test('have unique names, and defaults that they take themselves', () => {
    const topology = new Topology()
    const names = clusterSettings.flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]))
    expect(new Set(names).size).toBe(names.length)
    for (const { name, default: value } of clusterSettings) {
      topology.setSetting(name, value)
      expect([name, topology.setting(name)]).toEqual([name, value])
    }
  })

  test.each([
    ['kv.rangefeed.enabled', 'ON', 'true'],
    ['kv.closed_timestamp.target_duration', '90s', '1m30s'],
    ['kv.closed_timestamp.target_duration', '00:00:00.25', '250ms'],
    ['kv.closed_timestamp.target_duration', '1 hour', '1h0m0s'],
    ['sql.defaults.results_buffer.size', '1048576', '1.0 MiB'],
    ['sql.defaults.results_buffer.size', '64KiB', '64 KiB'],
    ['server.max_connections_per_gateway', '-1', '-1'],
    ['sql.stats.automatic_collection.fraction_stale_rows', '.5', '0.5'],
    ['sql.defaults.serial_normalization', 'SQL_SEQUENCE', 'sql_sequence'],
    ['cluster.organization', 'Acme, Inc.', 'Acme, Inc.'],
  ])('SET %s = %s is shown as %s', (name, given, shown) => {
    const topology = new Topology()
    topology.setSetting(name, given)
    expect(topology.setting(name)).toBe(shown)
    topology.setSetting(name, 'default')
    expect(topology.setting(name)).toBe(clusterSettings.find(each => each.name === name)?.default)
  })

  test('are found by an older name', () => {
    const topology = new Topology()
    topology.setSetting('server.shutdown.query_wait', '1s')
    expect(topology.setting('server.shutdown.transactions.timeout')).toBe('1s')
  })

  test.each([
    ['kv.rangefeed.enabled', 'maybe'],
    ['kv.closed_timestamp.target_duration', 'soon'],
    ['server.max_connections_per_gateway', '1.5'],
    ['sql.stats.automatic_collection.fraction_stale_rows', ''],
    ['sql.defaults.results_buffer.size', '5 apples'],
    ['sql.defaults.serial_normalization', 'uuid'],
    ['version', '27.1'],
    ['no.such.setting', '1'],
  ])('SET %s = %s is refused', (name, value) => {
    expect(() => new Topology().setSetting(name, value)).toThrow(expect.objectContaining({ code: '22023' }))
  })
})
