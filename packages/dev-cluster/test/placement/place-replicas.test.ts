import { expect, test } from 'vitest'
import { placeReplicas } from '../../src/placement/place-replicas.js'
import { readReplicationRules } from '../../src/placement/replication-rules.js'
import { clusterPicture, homeZone } from './cluster-picture.js'

const { nodes } = clusterPicture()

function places(zone: Record<string, string>, stores = nodes): { voters: string[]; nonVoters: string[] } {
  const { voters, nonVoters } = placeReplicas(readReplicationRules(zone), stores)
  const name = (id: number) => {
    const node = stores.find(each => each.id === id)
    return `${node?.region}${node?.zone}`
  }
  return { voters: voters.map(name).toSorted(), nonVoters: nonVoters.map(name).toSorted() }
}

test('without constraints the replicas are as far apart as can be', () => {
  expect(places({ num_replicas: '3' })).toEqual({
    voters: ['eu-west-1a', 'us-east-1a', 'us-west-1a'],
    nonVoters: [],
  })
  expect(places({ num_replicas: '5' }).voters).toEqual([
    'eu-west-1a',
    'us-east-1a',
    'us-east-1b',
    'us-west-1a',
    'us-west-1b',
  ])
})

test('to survive a zone, the voters are in three zones of the home region, and every other region has a replica', () => {
  expect(places(homeZone('zone'))).toEqual({
    voters: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    nonVoters: ['eu-west-1a', 'us-west-1a'],
  })
})

test('to survive a region, two of five voters are at home, and no region has a majority', () => {
  const { voters, nonVoters } = places(homeZone('region'))
  expect(voters).toHaveLength(5)
  expect(voters.filter(place => place.startsWith('us-east-1'))).toHaveLength(2)
  expect(voters.filter(place => place.startsWith('us-west-1')).length).toBeLessThan(3)
  expect(new Set(voters.map(place => place.slice(0, -1))).size).toBe(3)
  expect(nonVoters).toEqual([])
})

test('where there are too few nodes there are fewer replicas', () => {
  const three = nodes.slice(0, 3)
  expect(places(homeZone('zone'), three)).toEqual({ voters: ['us-east-1a'], nonVoters: ['eu-west-1a', 'us-west-1a'] })
  expect(places(homeZone('region'), three).voters).toEqual(['eu-west-1a', 'us-east-1a', 'us-west-1a'])
  expect(places({ num_replicas: '3', constraints: "'[+region=nowhere]'" })).toEqual({ voters: [], nonVoters: [] })
})
