import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkMatrix, roundTripMs } from '../../src/latency/latency-matrix.js'
import { loadLatencies } from '../../src/latency/load-latencies.js'
import { wanLatencies } from '../../src/latency/wan-latencies.js'
import { temporaryFolder } from '../engine/temporary-folder.js'

const regions = ['us-east-1', 'us-west-1', 'eu-west-1'].map((region, at) => ({ id: at + 1, region }))

function between(a: string, b: string): number {
  return roundTripMs(wanLatencies, { id: 1, region: a }, { id: 2, region: b })
}

describe('wan', () => {
  test('knows every pair of its regions of a provider, the same both ways', () => {
    const aws = [...wanLatencies.betweenRegions.keys()].filter(region => /-\d$/.test(region))
    expect(aws).toHaveLength(10)
    expect(() =>
      checkMatrix(
        wanLatencies,
        aws.map(region => ({ region })),
      ),
    ).not.toThrow()
    expect(Math.min(...aws.flatMap(a => aws.filter(b => b !== a).map(b => between(a, b))))).toBe(19)
    for (const a of aws) for (const b of aws) expect(between(a, b)).toBe(between(b, a))
    expect([between('us-east-1', 'eu-west-1'), between('us-east1', 'europe-west1')]).toEqual([81, 64])
  })

  test('does not guess a region it does not know', () => {
    expect(() => checkMatrix(wanLatencies, [{ region: 'us-east-1' }, { region: 'mars' }])).toThrow(
      expect.objectContaining({ code: 'CERCI_LATENCY_INVALID', message: expect.stringContaining('mars') as unknown }),
    )
  })

  test('a node is no way from itself, and near to others of its region', () => {
    expect(roundTripMs(wanLatencies, { id: 1, region: 'eu-west-1' }, { id: 1, region: 'eu-west-1' })).toBe(0)
    expect(between('eu-west-1', 'eu-west-1')).toBe(1)
  })
})

function load(text: string) {
  const file = join(temporaryFolder(), 'latency.json')
  writeFileSync(file, text)
  return loadLatencies(file)
}

describe('a file of one’s own', () => {
  test('is read, each pair in either order', () => {
    const matrix = load(
      '{"betweenRegionsMs": {"us-east-1": {"us-west-1": 10, "eu-west-1": 20}, "eu-west-1": {"us-west-1": 30}}, "withinRegionMs": 2}',
    )
    expect(
      matrix && [roundTripMs(matrix, regions[1] ?? { id: 0, region: '' }, regions[2] ?? { id: 0, region: '' })],
    ).toEqual([30])
    expect(matrix?.withinRegionMs).toBe(2)
    if (matrix) checkMatrix(matrix, regions)
  })

  test.each([
    ['not json', /is not JSON/],
    ['[]', /must be an object/],
    ['{}', /betweenRegionsMs of .* must be an object/],
    ['{"betweenRegionsMs": {"a": {"b": -1}}}', /a to b in .* must be milliseconds from 0 to 10000, and is -1/],
    ['{"betweenRegionsMs": {"a": {"b": "5"}}}', /must be milliseconds/],
    ['{"betweenRegionsMs": {"a": {"a": 1}}}', /how far a is from itself/],
    ['{"betweenRegionsMs": {"a": {"b": 1}, "b": {"a": 2}}}', /two times from b to a/],
    ['{"betweenRegionsMs": {}, "sameMs": 1}', /unknown field 'sameMs'/],
  ])('%s is refused', (text, message) => {
    expect(() => load(text)).toThrow(
      expect.objectContaining({ code: 'CERCI_LATENCY_INVALID', message: expect.stringMatching(message) as unknown }),
    )
  })

  test('that is not there is refused', () => {
    expect(() => loadLatencies('/nowhere/latency.json')).toThrow(/neither 'none' nor 'wan', and cannot be read/)
    expect(loadLatencies('none')).toBeUndefined()
  })
})
