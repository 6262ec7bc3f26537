import { expect, test } from 'vitest'
import { isAvailable, rangeState, reachableReplicas } from '../../src/placement/range-state.js'
import { readReplicationRules } from '../../src/placement/replication-rules.js'
import type { ClusterState } from '../../src/topology/cluster-state.js'
import { clusterPicture, homeZone } from './cluster-picture.js'

const survivesZone = readReplicationRules(homeZone('zone'))
const survivesRegion = readReplicationRules(homeZone('region'))

function node(cluster: ClusterState, id: number) {
  const found = cluster.nodes.find(each => each.id === id)
  if (found === undefined) throw new Error(`no node ${id}`)
  return found
}

function withDown(...down: number[]): ClusterState {
  return clusterPicture(({ id }) => (down.includes(id) ? { state: 'down', changedAt: new Date(id * 1000) } : {}))
}

test('the lease is where it is preferred', () => {
  expect(rangeState(survivesZone, clusterPicture()).leaseholder?.id).toBe(1)
  expect(rangeState(survivesRegion, clusterPicture()).leaseholder?.region).toBe('us-east-1')
})

test('surviving a zone: one zone of the home region may go, two may not', () => {
  const one = withDown(1)
  expect(rangeState(survivesZone, one).leaseholder?.id).toBe(4)
  const two = rangeState(survivesZone, withDown(1, 4))
  expect([two.leaseholder, two.lostAt]).toEqual([undefined, 4000])
})

test('surviving a region: the home region may go, the lease moves, and it comes back', () => {
  const cluster = withDown(1, 4, 7)
  const range = rangeState(survivesRegion, cluster)
  expect(range.leaseholder?.region).not.toBe('us-east-1')
  expect(isAvailable(range, node(cluster, 3), cluster)).toBe(true)
  expect(rangeState(survivesZone, cluster).leaseholder).toBeUndefined()
  expect(rangeState(survivesRegion, clusterPicture()).leaseholder?.region).toBe('us-east-1')
})

test('a region that is cut off has what has its majority there, and the others have the rest', () => {
  const cluster = { ...clusterPicture(), isolatedRegions: new Map([['us-east-1', 5000]]) }
  const home = rangeState(survivesZone, cluster)
  const everywhere = rangeState(survivesRegion, cluster)
  const [inside, outside] = [node(cluster, 1), node(cluster, 2)]
  expect([isAvailable(home, inside, cluster), isAvailable(home, outside, cluster)]).toEqual([true, false])
  expect([isAvailable(everywhere, inside, cluster), isAvailable(everywhere, outside, cluster)]).toEqual([false, true])
  expect(reachableReplicas(home, outside, cluster).map(({ region }) => region)).toEqual(['us-west-1', 'eu-west-1'])
})

test('a node that leaves has its replicas taken over', () => {
  const cluster = clusterPicture(({ id }) => (id === 3 ? { membership: 'decommissioned', state: 'down' } : {}))
  const { placement } = rangeState(readReplicationRules({ num_replicas: '3' }), cluster)
  expect(placement.voters).toEqual([1, 2, 6])
})
