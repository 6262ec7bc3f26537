import {
  type Delete,
  type Expression,
  type FromItem,
  type Insert,
  type Name,
  type Query,
  type Select,
  type StatementNode,
  type TableRef,
  type Token,
  type TreeNode,
  type Update,
  visitTree,
} from '@cerci/sql'
import type { IndexInfo, TableInfo } from '../../catalog/snapshot.js'
import { clientIndexName } from '../../errors/client-index-name.js'
import type { PartitionSearch, RowSearch, TableAccess } from '../../placement/table-access.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { hasZonesWithin, type IndexParts, indexParts } from '../zones/index-parts.js'
import { defaultZone } from '../zones/zone-config.js'
import { conjuncts, fixedColumns } from './fixed-columns.js'
import { insertedInto } from './inserted-partitions.js'
import { readPath } from './read-path.js'
import { indexHome, regionColumnOf, rowsHome, wholeRules } from './table-home.js'
import { keysToCheck } from './unique-keys.js'

/** An index of a table that a part of a statement reads or writes. */
export interface LocatedAccess extends TableAccess {
  readonly info: TableInfo
  /** The index, where partitions of it have zone configurations. */
  readonly parts: IndexParts | undefined
  /** What it goes by there. */
  readonly name: string
  /** The SELECT, INSERT, UPDATE or DELETE. */
  readonly owner: TreeNode
  /** What the statement says a row's region must be equal to. */
  readonly region: readonly Token[] | undefined
  /** What it says columns must be equal to. */
  readonly fixed: ReadonlyMap<string, readonly Token[]>
}

/** The tables that a statement touches by itself; not those behind views, functions, triggers and foreign keys. */
export function tableAccesses(statement: StatementNode, rewrite: Rewrite): readonly LocatedAccess[] {
  const found: LocatedAccess[] = []
  const hints = new Map<TreeNode, QueryHints>()
  visitTree(statement, { query: query => noteHints(query, hints) })
  visitTree(statement, {
    select: select => found.push(...selectAccesses(select, hints.get(select), rewrite)),
    'table-command': node =>
      found.push(...refAccess(node.table, { owner: node, reads: 'read', ...everywhere }, rewrite)),
    insert: insert => found.push(...insertAccess(insert, rewrite)),
    update: update => found.push(...writeAccesses(update, update.from, rewrite)),
    delete: node => found.push(...writeAccesses(node, node.using, rewrite)),
  })
  return found
}

/** What a query says of the SELECT in it. */
interface QueryHints {
  readonly locks: boolean
  readonly limited: boolean
}

function noteHints({ body, locking, limit, orderBy }: Query, hints: Map<TreeNode, QueryHints>): void {
  if (body.kind !== 'select') return
  const limited = limit !== undefined && orderBy.length === 0 && body.groupBy.length === 0 && body.from.length === 1
  hints.set(body, { locks: locking !== undefined, limited })
}

function selectAccesses(select: Select, hints: QueryHints | undefined, rewrite: Rewrite): LocatedAccess[] {
  return select.from.flatMap(tablesIn).flatMap(ref => {
    const found = findRows(rewrite.table(ref.name), select.where, rewrite)
    const search = found.search === 'all' && hints?.limited === true ? 'few' : found.search
    const reads = hints?.locks === true ? 'lock' : 'read'
    return refAccess(ref, { owner: select, reads, used: select, ...found, search }, rewrite)
  })
}

function writeAccesses(node: Update | Delete, others: readonly FromItem[], rewrite: Rewrite): LocatedAccess[] {
  const table = rewrite.table(node.table.name)
  const found = findRows(table, node.where, rewrite)
  const assignments = node.kind === 'update' ? node.assignments : []
  const changed = new Set(assignments.flatMap(({ columns }) => columns.map(({ name }) => name)))
  const keys = table === undefined ? [] : keysToCheck(table, undefined)
  const checks = keys.some(({ columns }) => columns.some(column => changed.has(column)))
  const written = node.kind === 'update' ? changed : undefined
  return [
    ...refAccess(node.table, { owner: node, reads: 'lock', writes: true, checks, written, ...found }, rewrite),
    ...others.flatMap(tablesIn).flatMap(ref => refAccess(ref, { owner: node, reads: 'read', ...everywhere }, rewrite)),
  ]
}

function insertAccess(insert: Insert, rewrite: Rewrite): LocatedAccess[] {
  const table = rewrite.table(insert.table)
  const name = insert.alias?.name ?? insert.table.parts.at(-1) ?? ''
  const checks = table !== undefined && keysToCheck(table, givenColumns(insert, table)).length > 0
  const reads = insert.upsert || insert.conflict !== undefined ? 'lock' : 'no'
  const search = reads === 'lock' && checks ? 'all' : 'none'
  return access(insert.table, name, { ...everywhere, owner: insert, reads, writes: true, search, checks }, rewrite)
}

/** The columns that an INSERT names, or, when it names none, the visible ones that it has values for. */
function givenColumns(insert: Insert, table: TableInfo): ReadonlySet<string> {
  if (insert.columns) return new Set(insert.columns.map(({ name }) => name))
  if (!insert.source) return new Set()
  const { body } = insert.source
  const width = body.kind === 'values' ? body.rows[0]?.length : undefined
  const visible = table.columns.filter(({ hidden }) => !hidden)
  return new Set(visible.slice(0, width).map(({ name }) => name))
}

/** How a statement finds rows. */
interface Finding {
  readonly search: RowSearch
  readonly region: readonly Token[] | undefined
  /** Columns that a condition sets equal to one value. */
  readonly fixed: ReadonlyMap<string, readonly Token[]>
  /** Those, and columns that it sets equal to one of several. */
  readonly limited: ReadonlySet<string>
}

interface Way extends Finding {
  readonly owner: TreeNode
  readonly reads: TableAccess['reads']
  readonly writes?: boolean
  readonly checks?: boolean
  /** The columns that an UPDATE changes; undefined: all. */
  readonly written?: ReadonlySet<string> | undefined
  /** What of the statement says which columns are read; undefined: all. */
  readonly used?: Select
}

const everywhere: Finding = { search: 'all', region: undefined, fixed: new Map(), limited: new Set() }

function refAccess(ref: TableRef, way: Way, rewrite: Rewrite): LocatedAccess[] {
  return access(ref.name, ref.alias?.name ?? ref.name.parts.at(-1) ?? '', way, rewrite)
}

function access(table: Name, name: string, way: Way, rewrite: Rewrite): LocatedAccess[] {
  const info = rewrite.table(table)
  if (info?.kind !== 'table') return []
  const { owner, reads, writes = false, search, checks: checksUniqueness = false, region, fixed } = way
  const { catalog, cluster } = rewrite.context
  const base = defaultZone(cluster)
  const qualified = `${info.schema}.${info.name}`
  const located = { info, name, owner, region, fixed } as const
  const rows = rowsHome(info, catalog.properties, base, { search, checksUniqueness })
  if (rows !== undefined) return [{ ...located, table: qualified, reads, writes, home: rows, parts: undefined }]
  const all = hasZonesWithin(info) ? indexParts(info, catalog.properties, base) : []
  if (!all.some(({ apart }) => apart)) {
    const home = { kind: 'whole', rules: wholeRules(info, catalog.properties, base) } as const
    return [{ ...located, table: qualified, reads, writes, home, parts: undefined }]
  }
  const path = reads === 'no' ? [] : readPath(all, info, way, rewrite)
  return all.flatMap(parts => {
    const { index, partitions } = parts
    const isWritten = writes && (index.primary || way.written === undefined || hasAny(index, way.written))
    const isRead = path.includes(parts) || (reads === 'lock' && index.primary)
    if (!isRead && !isWritten) return []
    const searched = owner.kind === 'insert' ? insertedInto(parts, owner, info, rewrite) : foundIn(parts, way.limited)
    return [
      {
        ...located,
        table: index.primary ? qualified : `${qualified}@${clientIndexName(index.name)}`,
        reads: isRead ? reads : 'no',
        writes: isWritten,
        home: indexHome(parts, searched),
        parts: partitions.size > 0 ? parts : undefined,
      },
    ]
  })
}

function hasAny({ columns, stored }: IndexInfo, changed: ReadonlySet<string>): boolean {
  return [...columns, ...stored].some(column => changed.has(column))
}

/** Whether the text says in which partitions the rows are that a condition finds. */
function foundIn({ index }: IndexParts, limited: ReadonlySet<string>): PartitionSearch {
  const [first] = index.columns
  return first !== undefined && limited.has(first) ? 'told' : 'all'
}

function findRows(table: TableInfo | undefined, where: Expression | undefined, rewrite: Rewrite): Finding {
  const column = table && regionColumnOf(table)
  if (table === undefined || where === undefined) return everywhere
  const tokens = rewrite.script.tokens.slice(where.start, where.end)
  const columns = new Set(table.columns.map(({ name }) => name))
  const values = fixedColumns(tokens, columns)
  const fixed = new Set(values.keys())
  const found = { fixed: values, limited: fixed }
  for (const [first, second] of conjuncts(tokens)) {
    if (first !== undefined && second?.value === 'in' && columns.has(first.value)) fixed.add(first.value)
  }
  if (column === undefined) return { ...everywhere, ...found }
  if (fixed.has(column)) return { ...found, search: 'told', region: values.get(column) }
  const isFound = table.indexes.some(
    ({ unique, columns: key }) => unique && key.every(each => fixed.has(each) || each === column),
  )
  return { ...found, search: isFound ? 'few' : 'all', region: undefined }
}

function tablesIn(item: FromItem): TableRef[] {
  switch (item.kind) {
    case 'table-ref':
      return [item]
    case 'join':
      return [...tablesIn(item.left), ...tablesIn(item.right)]
    case 'nested-from':
      return item.alias ? [] : tablesIn(item.item)
    case 'query-ref':
    case 'statement-ref':
    case 'function-ref':
  }
  return []
}
