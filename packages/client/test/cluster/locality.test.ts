import { describe, expect, it } from 'vitest'
import { parseLocality, rankOf, tierOf } from '../../src/cluster/locality.js'

describe('locality', () => {
  it('parses tiers in order', () => {
    expect(parseLocality('region=us-east-1, zone=us-east-1a', 'locality')).toEqual([
      ['region', 'us-east-1'],
      ['zone', 'us-east-1a'],
    ])
    expect(parseLocality('', 'locality')).toEqual([])
    expect(tierOf(parseLocality('region=eu,zone=b', 'x'), 'zone')).toBe('b')
  })

  it.each(['region', '=x', 'region=', 'region=a,zone'])('refuses %j', text => {
    expect(() => parseLocality(text, 'locality')).toThrowError(
      expect.objectContaining({ code: 'CERCI_INVALID_OPTION', option: 'locality' }),
    )
  })

  it('ranks the same zone before the same region before the rest', () => {
    const here = [parseLocality('region=us,zone=a', 'locality')]
    expect(ranks(here, ['region=us,zone=a', 'region=us,zone=b', 'region=eu,zone=a'])).toEqual([0, 1, 2])
  })

  it('ranks a list of preferences one after the other', () => {
    const here = [parseLocality('region=us,zone=a', 'locality'), parseLocality('region=ca', 'locality')]
    expect(ranks(here, ['region=us,zone=a', 'region=us,zone=b', 'region=ca,zone=z', 'region=eu'])).toEqual([0, 1, 2, 3])
  })

  it('ranks all nodes alike without a preference', () => {
    expect(ranks([], ['region=us', 'region=eu'])).toEqual([0, 0])
  })
})

function ranks(preferences: Parameters<typeof rankOf>[0], nodes: string[]): number[] {
  return nodes.map(node => rankOf(preferences, parseLocality(node, 'node')))
}
