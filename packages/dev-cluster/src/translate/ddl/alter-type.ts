import { type NodeOf, printString } from '@cerci/sql'
import { keepRegionValues } from '../regions/keep-regions.js'
import { printQualified, type Rewrite } from '../rewrite/rewrite.js'
import { relationParts } from '../rules/names.js'
import type { Outcome } from '../statements/outcome.js'
import { doBlock } from './do-block.js'

/** ALTER TYPE is PostgreSQL's, but for DROP VALUE. Source: https://www.cockroachlabs.com/docs/v26.2/alter-type */
export function translateAlterType(node: NodeOf<'plain'>, rewrite: Rewrite): Outcome {
  keepRegionValues(node, rewrite)
  const tokens = Array.from({ length: node.end - node.start }, (_, at) => rewrite.token(node.start + at))
  const drop = tokens.findIndex(({ value }, at) => value === 'drop' && tokens[at + 1]?.value === 'value')
  const label = tokens[drop + 2]
  if (drop === -1 || label?.kind !== 'string') return { kind: 'ddl' }
  const parts = tokens.slice('alter type'.split(' ').length, drop).filter(({ text }) => text !== '.')
  const name = { kind: 'name', parts: parts.map(({ value }) => value), start: node.start, end: node.end } as const
  const type = printString(printQualified(relationParts(name, rewrite)))
  return {
    kind: 'ddl',
    tag: 'ALTER TYPE',
    sql: doBlock(`PERFORM crdb_internal.cerci_drop_enum_value(${type}::regtype, ${printString(label.value)});`),
  }
}
