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
import { lostRegions } from './lost-regions.js'
import { type LocatedAccess, tableAccesses } from './table-accesses.js'
import { regionColumnOf } from './table-home.js'

/** Notes the tables that a statement touches, before any of it is rewritten. */
export function noteAccesses(statement: StatementNode, rewrite: Rewrite): void {
  // What is only explained touches nothing.
  if (statement.kind === 'explain' && !statement.analyze) return
  rewrite.accesses = tableAccesses(statement, rewrite)
  if (!rewrite.accesses.some(({ home }) => home.kind === 'rows')) return
  rewrite.usesCluster = true
  rewrite.tellsRegions = rewrite.context.cluster.watched || (statement.kind === 'explain' && statement.analyze)
}

/**
 * Where rows have a region each, makes a statement tell the regions of those it touches: a condition that is always true tells them as
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
    const column = regionColumnOf(access.info)
    if (access.owner !== node || access.home.kind !== 'rows' || column === undefined) return []
    return [touchCall(access, `${printName(access.name)}.${printName(column)}`, rewrite)]
  })
  return conditions.length === 0 ? undefined : conditions.join(' AND ')
}

/** As {@link tellRegions}, for new rows that say their region themselves. */
export function tellInsertedRegions(insert: Insert, rewrite: Rewrite): void {
  if (!rewrite.tellsRegions || insert.source?.body.kind !== 'values') return
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
