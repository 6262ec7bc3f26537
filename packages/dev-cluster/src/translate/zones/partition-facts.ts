import type { IndexInfo, Properties, TableInfo } from '../../catalog/snapshot.js'

/** A partition as it is recorded, and as SHOW PARTITIONS prints it. */
export interface PartitionFacts {
  readonly name: string
  /** The partition that this one is in. */
  readonly parent: string | null
  readonly columns: string
  readonly value: string
  /** The keys that it has, without those of the index before them. */
  readonly spans: readonly KeySpan[]
}

/** Keys from one, included, to another, not included: bytes in hexadecimal, and as SHOW RANGES prints them. */
export interface KeySpan {
  readonly from: string
  readonly to: string
  readonly start: string
  readonly end: string
}

/** A partition that PARTITION BY made. */
export interface UserPartition extends PartitionFacts {
  readonly index: IndexInfo
  /** What is recorded of the table, for its primary index, or of another index: its zones too. */
  readonly holder: Properties
}

/** The partitions of a table's indexes, those of the primary one first. */
export function userPartitions({ properties, indexes }: TableInfo): readonly UserPartition[] {
  return indexes
    .toSorted((a, b) => Number(b.primary) - Number(a.primary))
    .flatMap(index => {
      const holder = index.primary ? properties : index.properties
      return readPartitions(holder).map(facts => ({ ...facts, index, holder }))
    })
}

export function readPartitions({ partitions }: Properties): readonly PartitionFacts[] {
  return Array.isArray(partitions) ? partitions.filter(isPartition) : []
}

function isPartition(value: unknown): value is PartitionFacts {
  return typeof value === 'object' && value !== null && 'name' in value && 'value' in value
}
