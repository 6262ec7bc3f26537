import { describe, expect, test } from 'vitest'
import {
  ConstraintSyntaxError,
  parseConstraints,
  parsePreferences,
  satisfies,
} from '../../src/placement/constraints.js'

describe('parseConstraints', () => {
  test('reads a list, which holds for every replica', () => {
    expect(parseConstraints('[+region=us-east-1, -zone=a]')).toEqual({
      kind: 'all',
      requirements: [
        { required: true, key: 'region', value: 'us-east-1' },
        { required: false, key: 'zone', value: 'a' },
      ],
    })
    expect(parseConstraints('[]')).toEqual({ kind: 'all', requirements: [] })
    expect(parseConstraints('[+ssd]')).toEqual({
      kind: 'all',
      requirements: [{ required: true, key: '', value: 'ssd' }],
    })
  })

  test('reads counts, whose keys may be quoted for having several requirements', () => {
    expect(parseConstraints('{+region=a: 2, "+region=b,+zone=c": 1}')).toEqual({
      kind: 'counts',
      groups: [
        { count: 2, requirements: [{ required: true, key: 'region', value: 'a' }] },
        {
          count: 1,
          requirements: [
            { required: true, key: 'region', value: 'b' },
            { required: true, key: 'zone', value: 'c' },
          ],
        },
      ],
    })
  })

  test.each(['+region=a', '[region=a]', '{+region=a: none}', '{+region=a}', '[+]'])('refuses %s', text => {
    expect(() => parseConstraints(text)).toThrow(ConstraintSyntaxError)
  })
})

test('lease preferences are lists in a list', () => {
  expect(parsePreferences('[[+region=a], [+region=b, +zone=c]]').map(each => each.length)).toEqual([1, 2])
  expect(parsePreferences('[]')).toEqual([])
  expect(() => parsePreferences('[+region=a]')).toThrow(ConstraintSyntaxError)
})

test('a node satisfies requirements of its region and zone, and has no attributes', () => {
  const place = { region: 'a', zone: 'x' }
  const holds = (text: string) => {
    const constraints = parseConstraints(text)
    return constraints.kind === 'all' && satisfies(place, constraints.requirements)
  }
  expect(['[+region=a]', '[-region=b,+zone=x]', '[]', '[-ssd]'].map(holds)).toEqual([true, true, true, true])
  expect(['[+region=b]', '[-zone=x]', '[+ssd]', '[+rack=1]'].map(holds)).toEqual([false, false, false, false])
})
