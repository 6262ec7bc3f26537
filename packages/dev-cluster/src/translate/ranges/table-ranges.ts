import type { IndexInfo, TableInfo } from '../../catalog/snapshot.js'
import { type RangeState, rangeState } from '../../placement/range-state.js'
import { regionColumnOf, rowRules, wholeRules } from '../access/table-home.js'
import { readRegionConfig } from '../regions/database-regions.js'
import type { TranslateContext } from '../translate-context.js'
import { defaultZone } from '../zones/zone-config.js'

/** A range as SHOW RANGES lists it: all of a table, or the rows of one region in one index. */
export interface TableRange {
  readonly table: TableInfo
  /** Undefined for a range that holds every index of the table. */
  readonly index: IndexInfo | undefined
  /** Counted from 1, the primary one first, as CockroachDB numbers indexes. */
  readonly indexId: number
  readonly region: RegionKey | undefined
  readonly state: RangeState
  /** Counted from 0 within the table. */
  readonly at: number
}

interface RegionKey {
  readonly name: string
  /** The byte by which the enum's value stands in keys. */
  readonly byte: number
  /** How many regions there are. */
  readonly of: number
}

/**
 * The ranges of a table. CockroachDB splits them by size as well; here only zone configurations do, so a table is one range, or for
 * REGIONAL BY ROW one for each region in each index.
 */
export function tableRanges(table: TableInfo, { catalog, cluster }: TranslateContext): TableRange[] {
  const config = readRegionConfig(catalog.properties)
  if (config === undefined || regionColumnOf(table) === undefined) {
    const state = rangeState(wholeRules(table, catalog.properties, defaultZone(cluster)), cluster)
    return [{ table, index: undefined, indexId: 1, region: undefined, state, at: 0 }]
  }
  return orderedIndexes(table).flatMap((index, indexAt) =>
    config.regions.map((name, at) => ({
      table,
      index,
      indexId: indexAt + 1,
      region: { name, byte: enumByte(at, config.regions.length), of: config.regions.length },
      state: rangeState(rowRules(name, table, catalog.properties, defaultZone(cluster)), cluster),
      at: indexAt * config.regions.length + at,
    })),
  )
}

/** The primary index first. */
export function orderedIndexes({ indexes }: TableInfo): readonly IndexInfo[] {
  return indexes.toSorted((a, b) => Number(b.primary) - Number(a.primary))
}

/** CockroachDB spaces the values of an enum evenly over a byte. */
function enumByte(at: number, count: number): number {
  return Math.floor((256 * (at + 1)) / (count + 1))
}
