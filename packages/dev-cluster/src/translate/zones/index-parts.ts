import type { IndexInfo, Properties, TableInfo } from '../../catalog/snapshot.js'
import { isShown } from '../ddl/index-names.js'
import { type KeySpan, type PartitionFacts, readPartitions } from './partition-facts.js'
import { databaseZone, partitionZone, recordedZone, tableZone, type ZoneConfig } from './zone-config.js'

/** An index, whose rows are where its zone configuration says, those of some partitions excepted. */
export interface IndexParts {
  readonly index: IndexInfo
  /** Whether it has a zone configuration, or one of its partitions has: then its ranges are its own. */
  readonly apart: boolean
  /** Whether it has one itself. */
  readonly configured: boolean
  readonly zone: ZoneConfig
  /** By partition, those that have a zone configuration. */
  readonly partitions: ReadonlyMap<string, ZoneConfig>
  /** Which keys are in which of them; one that is inside of another comes after it. */
  readonly spans: readonly PartSpan[]
  /** How many columns of the key decide about that. */
  readonly width: number
}

/** Keys of a partition. */
export interface PartSpan extends KeySpan {
  readonly partition: string
}

/**
 * The indexes of a table, the primary one first, and what is configured of each.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/configure-replication-zones#level-priorities
 */
export function indexParts(table: TableInfo, database: Properties, base: ZoneConfig): readonly IndexParts[] {
  const inherited = tableZone(table.properties, database, base) ?? databaseZone(database, base) ?? base
  return orderedIndexes(table).map(index => {
    const own = recordedZone(index.properties)
    const zone = { ...inherited, ...own }
    const holder = index.primary ? table.properties : index.properties
    const all = readPartitions(holder)
    const zoned = all.flatMap(facts => {
      const configured = partitionZone(facts.name, holder)
      return configured === undefined ? [] : [{ ...facts, zone: { ...zone, ...configured } }]
    })
    return {
      index,
      apart: own !== undefined || zoned.length > 0,
      configured: own !== undefined,
      zone,
      partitions: new Map(zoned.map(each => [each.name, each.zone])),
      spans: zoned.flatMap(({ name, spans }) => spans.map(span => ({ ...span, partition: name }))).toSorted(outerFirst),
      width: Math.max(0, ...zoned.map(facts => widthOf(facts, all))),
    }
  })
}

/** Whether any index of a table, or a partition of one, has a zone configuration. */
export function hasZonesWithin({ indexes, properties }: TableInfo): boolean {
  return [properties, ...indexes.map(index => index.properties)].some(
    (recorded, at) => recorded.partition_zones !== undefined || (at > 0 && recorded.zone !== undefined),
  )
}

/** The primary index first. */
export function orderedIndexes({ indexes }: TableInfo): readonly IndexInfo[] {
  return indexes.filter(isShown).toSorted((a, b) => Number(b.primary) - Number(a.primary))
}

function outerFirst(a: PartSpan, b: PartSpan): number {
  return compareBytes(a.from, b.from) || compareBytes(b.to, a.to)
}

/** Of bytes in hexadecimal. */
export function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function widthOf({ columns, parent }: PartitionFacts, all: readonly PartitionFacts[]): number {
  const outer = all.find(({ name }) => name === parent)
  return columns.split(', ').length + (outer === undefined ? 0 : widthOf(outer, all))
}
