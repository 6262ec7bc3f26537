import { expect, test } from 'vitest'
import { type NodePlanOptions, planNodes } from '../../src/topology/plan-nodes.js'

test('three nodes in three regions, unless told otherwise', () => {
  expect(planNodes()).toEqual([
    { id: 1, region: 'us-east-1', zone: 'a' },
    { id: 2, region: 'us-west-1', zone: 'a' },
    { id: 3, region: 'eu-west-1', zone: 'a' },
  ])
})

test('deals nodes to regions in turn, and to zones within a region', () => {
  const places = planNodes({ nodes: 7, regions: ['x', 'y'] }).map(({ region, zone }) => region + zone)
  expect(places).toEqual(['xa', 'ya', 'xb', 'yb', 'xc', 'yc', 'xa'])
})

test('has a node in every region that is named', () => {
  expect(planNodes({ regions: ['a', 'b', 'c', 'd'] })).toHaveLength(4)
  expect(planNodes({ regions: ['a'] })).toHaveLength(3)
  expect(planNodes({ nodes: 1 })).toHaveLength(1)
})

test.each([0, -1, 1.5, 33, Number.NaN])('refuses %d nodes', nodes => {
  expect(() => planNodes({ nodes })).toThrow(expect.objectContaining({ code: 'CERCI_NODES_INVALID' }))
})

test.each([
  [{ regions: [] }],
  [{ regions: ['a', 'a'] }],
  [{ regions: ['a b'] }],
  [{ regions: [''] }],
  [{ nodes: 1, regions: ['a', 'b'] }],
])('refuses %j', options => {
  expect(() => planNodes(options)).toThrow(expect.objectContaining({ code: 'CERCI_REGIONS_INVALID' }))
})

test('refuses regions that are no list, as JavaScript may give them', () => {
  const options = JSON.parse('{"regions": "us-east-1"}') as NodePlanOptions
  expect(() => planNodes(options)).toThrow('The regions cannot be used: they must be a list of names.')
})
