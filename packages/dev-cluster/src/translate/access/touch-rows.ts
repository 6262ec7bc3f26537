import {
  type Delete,
  type Insert,
  printName,
  printString,
  type Select,
  type StatementNode,
  type Update,
} from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { tellInsertedPartitions } from './inserted-partitions.js'
import { lostRegions } from './lost-regions.js'
import { constantSql, partitionSql } from './partition-key.js'
import { type LocatedAccess, tableAccesses } from './table-accesses.js'
import { regionColumnOf } from './table-home.js'

/** Notes the tables that a statement touches, before any of it is rewritten. */
export function noteAccesses(statement: StatementNode, rewrite: Rewrite): void {
  // What is only explained touches nothing.
  if (statement.kind === 'explain' && !statement.analyze) return
  rewrite.accesses = tableAccesses(statement, rewrite)
  if (rewrite.accesses.every(({ home }) => home.kind === 'whole')) return
  rewrite.usesCluster = true
  rewrite.tellsRegions = rewrite.context.cluster.watched || (statement.kind === 'explain' && statement.analyze)
}

/**
 * Where rows have a region or partition each, makes a statement tell the regions of those it touches: a condition that is always true tells them as
 * PostgreSQL evaluates it, after the other conditions. To be called when what is inside of the node has been rewritten.
 */
export function tellRegions(node: Select | Update | Delete, rewrite: Rewrite): void {
  const condition = touchCondition(node, rewrite)
  if (condition === undefined) return
  if (node.where !== undefined) {
    rewrite.draft.before(node.where, '(')
    rewrite.draft.after(node.where, `) AND ${condition}`)
  } else if (node.kind === 'select' || node.limit === undefined) {
    const end = endOfSources(node)
    rewrite.draft.after({ start: end - 1, end }, ` WHERE ${condition}`)
  }
}

/** The condition by itself; undefined when there is nothing to tell. */
export function touchCondition(node: Select | Update | Delete, rewrite: Rewrite): string | undefined {
  if (!rewrite.tellsRegions) return undefined
  const conditions = rewrite.accesses.flatMap(access => {
    if (access.owner !== node) return []
    if (access.home.kind === 'partitions') return [touchPartition(access, rewrite)]
    const column = regionColumnOf(access.info)
    if (access.home.kind !== 'rows' || column === undefined) return []
    return [touchCall(access, `${printName(access.name)}.${printName(column)}`, rewrite)]
  })
  return conditions.length === 0 ? undefined : conditions.join(' AND ')
}

/** As {@link tellRegions}, for new rows that say their region or partition themselves. */
export function tellInsertedRegions(insert: Insert, rewrite: Rewrite): void {
  if (!rewrite.tellsRegions || insert.source?.body.kind !== 'values') return
  tellInsertedPartitions(insert, rewrite, access => lostArgument(access, rewrite))
  const access = rewrite.accesses.find(({ owner, writes }) => owner === insert && writes)
  const column = access && regionColumnOf(access.info)
  const at = insert.columns?.findIndex(({ name }) => name === column) ?? -1
  if (access === undefined || at < 0) return
  for (const row of insert.source.body.rows) {
    const value = row[at]
    if (value === undefined || rewrite.token(value.start).value === 'default') continue
    rewrite.draft.before(value, `crdb_internal.cerci_touched(${printString(access.table)}, (`)
    rewrite.draft.after(value, `)::public.crdb_internal_region${lostArgument(access, rewrite)})`)
  }
}

function endOfSources(node: Select | Update | Delete): number {
  if (node.kind === 'select') return (node.asOf ?? node.from.at(-1) ?? node).end
  if (node.kind === 'delete') return (node.using.at(-1) ?? node.table).end
  return (node.from.at(-1) ?? node.assignments.at(-1) ?? node.table).end
}

function touchCall(access: LocatedAccess, region: string, rewrite: Rewrite): string {
  const told = toldRegion(access, rewrite) ?? region
  return `crdb_internal.cerci_touch(${printString(access.table)}, ${told}::text${lostArgument(access, rewrite)})`
}

/** Where the statement gives the columns that decide, the partition is told even when there is no row. */
function touchPartition(access: LocatedAccess, rewrite: Rewrite): string {
  const { parts, info, name, fixed, table } = access
  if (parts === undefined) return 'true'
  const constants = new Map(
    parts.index.columns.slice(0, parts.width).flatMap(column => {
      const text = constantSql(fixed.get(column) ?? [])
      return text === undefined ? [] : [[column, text] as const]
    }),
  )
  const isTold = constants.size === parts.width
  const partition = partitionSql(parts, info, column =>
    isTold ? (constants.get(column) ?? 'NULL') : `${printName(name)}.${printName(column)}`,
  )
  return `crdb_internal.cerci_touch(${printString(table)}, ${partition}${lostArgument(access, rewrite)})`
}

/** Where the statement names the region itself, it is told even when there is no row. */
function toldRegion({ region }: LocatedAccess, rewrite: Rewrite): string | undefined {
  const [first, second] = region ?? []
  if (first === undefined || (first.kind !== 'string' && first.kind !== 'placeholder')) return undefined
  return second === undefined || second.text.startsWith(':')
    ? `(${rewrite.script.source.slice(first.start, first.end)})`
    : undefined
}

function lostArgument(access: LocatedAccess, rewrite: Rewrite): string {
  const lost = lostRegions(access, rewrite)
  return lost === undefined ? '' : `, ${printString(JSON.stringify(lost))}`
}
