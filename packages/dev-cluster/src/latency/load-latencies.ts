import { readFileSync } from 'node:fs'
import { DevClusterError } from '../dev-cluster-error.js'
import { createMatrix, type LatencyMatrix } from './latency-matrix.js'
import { wanLatencies } from './wan-latencies.js'

/**
 * Round trips of one's own, in milliseconds; each pair of regions once, in either order.
 *
 * ```json
 * { "betweenRegionsMs": { "us-east-1": { "eu-west-1": 70, "us-west-1": 62 }, "eu-west-1": { "us-west-1": 130 } }, "withinRegionMs": 1 }
 * ```
 */
export interface LatencyTable {
  readonly betweenRegionsMs: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Between two nodes of a region. @default 1 */
  readonly withinRegionMs?: number
}

/** `none`, `wan` (built in), a file with a {@link LatencyTable} as JSON, or the table itself. */
export type LatencyOption = 'none' | 'wan' | (string & {}) | LatencyTable

const MOST_MS = 10_000

/**
 * The matrix that an option names; undefined for `none`.
 *
 * @throws {DevClusterError} `CERCI_LATENCY_INVALID`, naming what is wrong
 */
export function loadLatencies(option: LatencyOption): LatencyMatrix | undefined {
  if (option === 'none') return undefined
  if (option === 'wan') return wanLatencies
  return typeof option === 'string' ? parseTable(option, readJson(option)) : parseTable('latency', option)
}

function readJson(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw invalid(`'${file}' is neither 'none' nor 'wan', and cannot be read as a file`, cause)
  }
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (cause) {
    throw invalid(`${file} is not JSON`, cause)
  }
}

function parseTable(name: string, value: unknown): LatencyMatrix {
  const table = entriesOf(value, name)
  const odd = [...table.keys()].find(key => key !== 'betweenRegionsMs' && key !== 'withinRegionMs')
  if (odd !== undefined) throw invalid(`${name} has an unknown field '${odd}'; known: betweenRegionsMs, withinRegionMs`)
  const pairs = new Map<string, readonly [string, string, number]>()
  for (const [region, row] of entriesOf(table.get('betweenRegionsMs'), `betweenRegionsMs of ${name}`)) {
    for (const [other, ms] of entriesOf(row, `betweenRegionsMs.${region} of ${name}`)) {
      if (region === other) throw invalid(`${name} says how far ${region} is from itself; that is withinRegionMs`)
      const key = [region, other].toSorted().join(' ')
      const known = pairs.get(key)
      const time = milliseconds(ms, `${region} to ${other} in ${name}`)
      if (known !== undefined && known[2] !== time) throw invalid(`${name} has two times from ${region} to ${other}`)
      pairs.set(key, [region, other, time])
    }
  }
  const within = table.get('withinRegionMs') ?? 1
  return createMatrix(name, pairs.values(), milliseconds(within, `withinRegionMs of ${name}`))
}

function entriesOf(value: unknown, what: string): ReadonlyMap<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return new Map(Object.entries(value))
  throw invalid(`${what} must be an object`)
}

function milliseconds(value: unknown, what: string): number {
  if (typeof value === 'number' && value >= 0 && value <= MOST_MS) return value
  throw invalid(`${what} must be milliseconds from 0 to ${MOST_MS}, and is ${JSON.stringify(value)}`)
}

function invalid(reason: string, cause?: unknown): DevClusterError {
  return new DevClusterError('CERCI_LATENCY_INVALID', { reason }, cause)
}
