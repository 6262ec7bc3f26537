import type { ClusterState, NodeInfo } from '../../src/topology/cluster-state.js'

/** A cluster of three zones in each of the regions; node n is in region `regions[(n - 1) % 3]`. */
export function clusterPicture(change: (node: NodeInfo) => Partial<NodeInfo> = () => ({})): ClusterState {
  const regions = ['us-east-1', 'us-west-1', 'eu-west-1']
  const nodes = Array.from({ length: 9 }, (_, at): NodeInfo => {
    const node: NodeInfo = {
      id: at + 1,
      host: '127.0.0.1',
      port: 26257 + at,
      httpPort: 8080,
      region: regions[at % 3] ?? '',
      zone: ['a', 'b', 'c'][Math.floor(at / 3)] ?? '',
      state: 'live',
      membership: 'active',
      partitioned: false,
      startedAt: new Date(0),
      changedAt: new Date(0),
    }
    return { ...node, ...change(node) }
  })
  return {
    clusterId: 'test',
    nodes,
    isolatedRegions: new Map(),
    latency: undefined,
    watched: true,
    settings: new Map(),
    urlQuery: 'sslmode=disable',
    zones: new Map(),
    version: 1,
  }
}

/** The zone configuration of a table with its home in us-east-1, as a database of the three regions gives it. */
export function homeZone(goal: 'zone' | 'region'): Record<string, string> {
  return {
    num_replicas: '5',
    num_voters: goal === 'zone' ? '3' : '5',
    constraints: "'{+region=eu-west-1: 1, +region=us-east-1: 1, +region=us-west-1: 1}'",
    voter_constraints: goal === 'zone' ? "'[+region=us-east-1]'" : "'{+region=us-east-1: 2}'",
    lease_preferences: "'[[+region=us-east-1]]'",
  }
}
