import { type Partition, type PartitionBy, printName, type Range } from '@cerci/sql'
import type { Properties, TableInfo } from '../../catalog/snapshot.js'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { databaseRegions } from '../regions/database-regions.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { unimplemented } from '../unimplemented.js'
import { type PartitionFacts, readPartitions } from '../zones/partition-facts.js'

/** What is partitioned: a table, which is its primary index, or another index. */
export interface Partitioned {
  readonly of: 'table' | 'index'
  /** Of the index's key, in order. */
  readonly columns: readonly string[]
}

/**
 * What is recorded of PARTITION BY. Partitions are labels of rows in CockroachDB too, until a zone configuration is given to one.
 *
 * @param before what was recorded so far: the zones of partitions that stay are kept
 * @see https://www.cockroachlabs.com/docs/v26.2/partitioning
 */
export function partitionProperties(
  node: PartitionBy,
  on: Partitioned,
  rewrite: Rewrite,
  before: Properties = {},
): Properties {
  if (node.all) throw unimplemented('PARTITION ALL BY')
  if (databaseRegions(rewrite) !== undefined) {
    throw new SqlError(
      sqlState.feature_not_supported,
      `cannot set PARTITION BY on ${on.of === 'table' ? 'a table' : 'an index'} in a multi-region enabled database`,
    )
  }
  if (node.method === 'nothing') return { partition_by: null, partitions: null, partition_zones: null }
  const partitions = describe(node, on.columns, rewrite)
  requireUnique(partitions)
  const zones = Object.entries(Object(before.partition_zones)).filter(([name]) =>
    partitions.some(partition => partition.name === name),
  )
  return {
    partition_by: print(node, on.of === 'table' ? 1 : 2, rewrite),
    partitions,
    partition_zones: zones.length > 0 ? Object.fromEntries(zones) : null,
  }
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

/** The partitions with those inside of them. A partition in another has the columns that come after that one's. */
function describe(
  { columns, partitions }: PartitionBy,
  key: readonly string[],
  rewrite: Rewrite,
  parent?: { readonly name: string; readonly columns: readonly string[] },
): PartitionFacts[] {
  const all = [...(parent?.columns ?? []), ...columns]
  requirePrefix(all, key)
  return partitions.flatMap(({ name, values, partitionBy }) => {
    for (const value of values) requireWidth(name, value, columns.length, rewrite)
    const printed = values.map(value => printValue(value, rewrite))
    const own: PartitionFacts = {
      name,
      parent: parent?.name ?? null,
      columns: columns.join(', '),
      value: partitionBy === undefined && isRange(values, rewrite) ? printed.join(' TO ') : printed.join(', '),
    }
    return [own, ...(partitionBy ? describe(partitionBy, key, rewrite, { name, columns: all }) : [])]
  })
}

/** The ends of a range are parenthesized, and have FROM before them. */
function isRange([first]: readonly Range[], rewrite: Rewrite): boolean {
  const before = first && rewrite.token(first.start - 1)
  return before?.kind === 'word' && before.value === 'from'
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

function requireWidth(name: string, value: Range, width: number, rewrite: Rewrite): void {
  const given = tupleWidth(value, rewrite)
  if (given === width || (given === 1 && isDefault(value, rewrite))) return
  throw new SqlError(
    sqlState.syntax_error,
    `PARTITION ${printName(name)}: partition has ${width} columns but ${given} values were supplied`,
  )
}

function requireUnique(partitions: readonly PartitionFacts[]): void {
  const twice = partitions.find(({ name }, at) => partitions.findIndex(other => other.name === name) !== at)
  if (twice) throw refused(`PARTITION ${twice.name}: name must be unique`)
  const seen = new Set<string>()
  for (const { parent, value } of partitions) {
    for (const one of value.includes(' TO ') ? [] : value.split(/(?<=\)), /)) {
      const place = `${parent ?? ''} ${one}`
      if (seen.has(place)) throw refused(`${one} cannot be present in more than one partition`)
      seen.add(place)
    }
  }
}

/** CockroachDB gives these no SQLSTATE of their own. */
function refused(message: string): SqlError {
  return new SqlError(sqlState.uncategorized, message)
}

function print(node: PartitionBy, indent: number, rewrite: Rewrite): string {
  const tabs = '\t'.repeat(indent)
  const lines = node.partitions.map(partition => `\n${tabs}${printPartition(partition, node, indent, rewrite)}`)
  const columns = node.columns.map(printName).join(', ')
  return `PARTITION BY ${node.method.toUpperCase()} (${columns}) (${lines.join(',')}\n${tabs.slice(1)})`
}

function printPartition(
  { name, values, partitionBy }: Partition,
  { method }: PartitionBy,
  indent: number,
  rewrite: Rewrite,
): string {
  const printed = values.map(value => printValue(value, rewrite))
  const what = method === 'list' ? `IN (${printed.join(', ')})` : `FROM ${printed.join(' TO ')}`
  const inner = partitionBy ? ` ${print(partitionBy, indent + 1, rewrite)}` : ''
  return `PARTITION ${printName(name)} VALUES ${what}${inner}`
}

/** Always in parentheses, as CockroachDB prints them. */
function printValue(value: Range, rewrite: Rewrite): string {
  const words: string[] = []
  for (let at = value.start; at < value.end; at++) {
    const { kind, text } = rewrite.token(at)
    if (kind === 'word' && limits.includes(text.toLowerCase())) words.push(text.toUpperCase())
    else words.push(text === ',' ? ', ' : text)
  }
  const text = words.join('')
  return text.startsWith('(') ? text : `(${text})`
}

const limits: readonly string[] = ['default', 'minvalue', 'maxvalue']

function isDefault(value: Range, rewrite: Rewrite): boolean {
  return printValue(value, rewrite) === '(DEFAULT)'
}

function tupleWidth(value: Range, rewrite: Rewrite): number {
  let depth = 0
  let commas = 0
  for (let at = value.start; at < value.end; at++) {
    const { text } = rewrite.token(at)
    if (text === '(') depth++
    if (text === ')') depth--
    if (text === ',' && depth === 1) commas++
  }
  return commas + 1
}
