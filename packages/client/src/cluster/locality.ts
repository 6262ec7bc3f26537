import { OptionError } from '../errors/option-error.js'

/** Tiers in order, widest first: `[['region', 'us-east-1'], ['zone', 'us-east-1a']]`. */
export type Locality = readonly (readonly [key: string, value: string])[]

/**
 * Parses what `SHOW LOCALITY` answers and `cockroach start --locality` takes.
 * https://www.cockroachlabs.com/docs/v26.2/cockroach-start#locality
 *
 * @example
 * parseLocality('region=us-east-1,zone=us-east-1a', 'locality') // [['region', 'us-east-1'], ['zone', 'us-east-1a']]
 */
export function parseLocality(text: string, option: string): Locality {
  if (text.trim() === '') return []
  return text.split(',').map(tier => {
    const equals = tier.indexOf('=')
    if (equals < 1 || equals === tier.length - 1)
      throw new OptionError(option, 'write it as key=value,key=value, like region=us-east-1,zone=us-east-1a')
    return [tier.slice(0, equals).trim(), tier.slice(equals + 1).trim()]
  })
}

/**
 * How near a node is: 0 is nearest. Every preference has one rank for each number of leading tiers that agree, from all of them down to one;
 * a node that agrees with none of the preferences comes last.
 */
export function rankOf(preferences: readonly Locality[], node: Locality): number {
  let rank = 0
  for (const preference of preferences) {
    const agreeing = agreeingTiers(preference, node)
    if (agreeing > 0) return rank + preference.length - agreeing
    rank += preference.length
  }
  return rank
}

export function tierOf(locality: Locality, key: string): string | undefined {
  return locality.find(([name]) => name === key)?.[1]
}

function agreeingTiers(preference: Locality, node: Locality): number {
  let agreeing = 0
  for (const [key, value] of preference) {
    if (tierOf(node, key) !== value) return agreeing
    agreeing++
  }
  return agreeing
}
