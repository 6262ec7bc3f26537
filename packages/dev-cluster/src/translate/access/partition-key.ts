import { printString, type Token } from '@cerci/sql'
import type { IndexInfo, TableInfo } from '../../catalog/snapshot.js'
import type { IndexParts } from '../zones/index-parts.js'

/**
 * SQL of the first columns of a key, as bytes.
 *
 * @param value SQL of the value of the column at a place in the key
 */
export function keySql(index: IndexInfo, table: TableInfo, width: number, value: (at: number) => string): string {
  return index.columns
    .slice(0, width)
    .map((name, at) => {
      const type = bareType(name, table)
      const typed = `${printString(type)}::pg_catalog.regtype`
      return `crdb_internal.cerci_encode_key((${value(at)})::${type}::text, ${typed}, ${index.descending.includes(at + 1)})`
    })
    .join(' OPERATOR(pg_catalog.||) ')
}

/** The type of a column without its length or precision: a cast to that would shorten the value. */
export function bareType(name: string, table: TableInfo): string {
  const type = (table.columns.find(column => column.name === name)?.type ?? 'text').replace(/\(\d+(,\d+)?\)/, '')
  if (type === 'character') return 'text'
  return type === 'bit' ? 'bit varying' : type
}

/** SQL of the name of the partition that a row is in; empty for one in none that has a zone configuration. */
export function partitionSql(parts: IndexParts, table: TableInfo, value: (column: string) => string): string {
  const spans = parts.spans.map(({ partition, from, to }) => ({ name: partition, from, to }))
  const key = keySql(parts.index, table, parts.width, at => value(parts.index.columns[at] ?? ''))
  return `crdb_internal.cerci_partition(${printString(JSON.stringify(spans))}, ${key})`
}

/** The SQL of a value that is the same however often it is evaluated; undefined for anything else. */
export function constantSql(tokens: readonly Token[]): string | undefined {
  const [first, second] = tokens[0]?.text === '-' ? tokens.slice(1) : tokens
  if (first === undefined || second !== undefined) return undefined
  const isLiteral = first.kind === 'string' || first.kind === 'number' || first.kind === 'placeholder'
  const isWord = first.kind === 'word' && ['true', 'false', 'null'].includes(first.value)
  return isLiteral || isWord ? tokens.map(({ text }) => text).join('') : undefined
}
