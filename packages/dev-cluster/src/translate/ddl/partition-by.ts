import { type Partition, type PartitionBy, printName, printString } from '@cerci/sql'
import type { Properties, TableInfo } from '../../catalog/snapshot.js'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { databaseRegions } from '../regions/database-regions.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { joinSql, type SqlText, sql } from '../rewrite/sql-text.js'
import { unimplemented } from '../unimplemented.js'
import { type PartitionFacts, readPartitions } from '../zones/partition-facts.js'
import { type PartitionElement, partitionTuple, printTuple, refusedPartition } from './partition-values.js'
import { regclass } from './target-table.js'

/** What is partitioned: a table, which is its primary index, or another index. */
export interface Partitioned {
  readonly of: 'table' | 'index'
  /** The name of the index. */
  readonly index: string
  /** Of the index's key, in order. */
  readonly columns: readonly string[]
}

/**
 * Records PARTITION BY of a table or index. Partitions are labels of rows in CockroachDB too, until a zone configuration is given to one.
 *
 * @param qualified the table or index
 * @param before what was recorded so far: the zones of partitions that stay are kept
 * @see https://www.cockroachlabs.com/docs/v26.2/partitioning
 */
export function recordPartitions(
  qualified: string,
  node: PartitionBy,
  on: Partitioned,
  rewrite: Rewrite,
  before: Properties = {},
): SqlText {
  if (node.all) throw unimplemented('PARTITION ALL BY')
  if (databaseRegions(rewrite) !== undefined) {
    throw new SqlError(
      sqlState.feature_not_supported,
      `cannot set PARTITION BY on ${on.of === 'table' ? 'a table' : 'an index'} in a multi-region enabled database`,
    )
  }
  const relation = regclass(qualified)
  if (node.method === 'nothing') {
    const nothing = { partition_by: null, partitions: null, partition_zones: null }
    return sql`PERFORM crdb_internal.cerci_set_relation(${relation}, ${printString(JSON.stringify(nothing))})`
  }
  const elements: SqlText[] = []
  const partitions = describe(node, { key: on.columns, columns: [], parent: null, tuples: [[]] }, elements, rewrite)
  requireUnique(partitions, on.index)
  const zones = Object.entries(Object(before.partition_zones)).filter(([name]) =>
    partitions.some(partition => partition.name === name),
  )
  const properties = {
    partition_by: print(node, on.of === 'table' ? 1 : 2, rewrite),
    partitions,
    partition_zones: zones.length > 0 ? Object.fromEntries(zones) : null,
  }
  const texts = joinSql(
    elements.map(element => sql`(${element})::text`),
    ', ',
  )
  return sql`PERFORM crdb_internal.cerci_set_partitions(${relation}, ${printString(JSON.stringify(properties))}, ARRAY[${texts}]::text[])`
}

/** The multi-region way to place rows and this one exclude each other. */
export function requireUnpartitioned(tables: readonly TableInfo[], database: string): void {
  for (const { name, properties, indexes } of tables) {
    const index = indexes.find(each => readPartitions(each.properties).length > 0)
    if (readPartitions(properties).length === 0 && index === undefined) continue
    const as = index === undefined ? 'it is partitioned' : `it has index/constraint ${index.name} with partitioning`
    throw new SqlError(
      sqlState.object_not_in_prerequisite_state,
      `cannot convert database ${database} to a multi-region database`,
      { detail: `cannot convert table ${name} to a multi-region table as ${as}` },
    )
  }
}

/** What a partition is in: the whole index, or another partition. */
interface Around {
  readonly key: readonly string[]
  readonly parent: string | null
  readonly columns: readonly string[]
  /** With what keys in it begin: places in the list of elements. */
  readonly tuples: readonly Bound[]
}

/** Places in the list of elements, counted from 1; null for the end of what begins with those before it. */
type Bound = readonly (number | null)[]

interface DescribedPartition extends Omit<PartitionFacts, 'spans'> {
  readonly keys: readonly PartitionKey[]
}

/** One value of a list, or a range. */
type PartitionKey = { readonly from: Bound; readonly to: Bound } & (
  | { readonly text: string }
  | { readonly lower: string; readonly upper: string }
)

/** The partitions with those inside of them. A partition in another has the columns that come after that one's. */
function describe(node: PartitionBy, around: Around, elements: SqlText[], rewrite: Rewrite): DescribedPartition[] {
  const columns = [...around.columns, ...node.columns]
  requirePrefix(columns, around.key)
  const note = (tuple: readonly PartitionElement[]): Bound =>
    tuple.flatMap(element => {
      if (element === 'maxvalue') return [null]
      return typeof element === 'string' ? [] : [elements.push(rewrite.draft.text(element))]
    })
  return node.partitions.flatMap(({ name, values, partitionBy }) => {
    const tuples = values.map(value => partitionTuple(name, value, node, rewrite))
    const bounds = tuples.map(tuple => firstNull(note(tuple)))
    const printed = tuples.map(tuple => printTuple(tuple, rewrite))
    const facts = { name, parent: around.parent, columns: node.columns.join(', ') }
    if (node.method === 'range') {
      if (partitionBy) throw refusedPartition(`PARTITION ${name}: cannot subpartition a range partition`)
      const [from = [], to = []] = bounds
      const [lower = '', upper = ''] = printed
      const keys = around.tuples.map(tuple => ({ from: [...tuple, ...from], to: [...tuple, ...to], lower, upper }))
      return [{ ...facts, value: printed.join(' TO '), keys }]
    }
    const within = around.tuples.flatMap(tuple => bounds.map(bound => [...tuple, ...bound]))
    const keys = within.map((bound, at) => ({
      from: bound,
      to: [...bound, null],
      text: printed[at % printed.length] ?? '',
    }))
    const own = { ...facts, value: printed.join(', '), keys }
    const inside = { key: around.key, parent: name, columns, tuples: within }
    return [own, ...(partitionBy ? describe(partitionBy, inside, elements, rewrite) : [])]
  })
}

/** (1, MAXVALUE, MAXVALUE) is (1, MAXVALUE). */
function firstNull(bound: Bound): Bound {
  const at = bound.indexOf(null)
  return at < 0 ? bound : bound.slice(0, at + 1)
}

function requirePrefix(columns: readonly string[], key: readonly string[]): void {
  const declared = columns.join(', ')
  const wrong = columns.findIndex((column, at) => key[at] !== column)
  if (wrong < 0) return
  const message =
    wrong >= key.length
      ? `declared partition columns (${declared}) exceed the number of columns in index being partitioned (${key.join(', ')})`
      : `declared partition columns (${declared}) do not match first ${wrong + 1} columns in index being partitioned (${key.slice(0, wrong + 1).join(', ')})`
  throw new SqlError(sqlState.syntax_error, message)
}

function requireUnique(partitions: readonly DescribedPartition[], index: string): void {
  const twice = partitions.find(({ name }, at) => partitions.findIndex(other => other.name === name) !== at)
  if (twice) throw refusedPartition(`PARTITION ${twice.name}: name must be unique (used twice in index "${index}")`)
}

function print(node: PartitionBy, indent: number, rewrite: Rewrite): string {
  const tabs = '\t'.repeat(indent)
  const lines = node.partitions.map(partition => `\n${tabs}${printPartition(partition, node, indent, rewrite)}`)
  const columns = node.columns.map(printName).join(', ')
  return `PARTITION BY ${node.method.toUpperCase()} (${columns}) (${lines.join(',')}\n${tabs.slice(1)})`
}

function printPartition(
  { name, values, partitionBy }: Partition,
  node: PartitionBy,
  indent: number,
  rewrite: Rewrite,
): string {
  const printed = values.map(value => printTuple(partitionTuple(name, value, node, rewrite), rewrite))
  const what = node.method === 'list' ? `IN (${printed.join(', ')})` : `FROM ${printed.join(' TO ')}`
  const inner = partitionBy ? ` ${print(partitionBy, indent + 1, rewrite)}` : ''
  return `PARTITION ${printName(name)} VALUES ${what}${inner}`
}
