import type { Select } from '@cerci/sql'
import type { IndexInfo, TableInfo } from '../../catalog/snapshot.js'
import { satisfies } from '../../placement/constraints.js'
import { readReplicationRules } from '../../placement/replication-rules.js'
import type { NodeInfo } from '../../topology/cluster-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { IndexParts } from '../zones/index-parts.js'

/** What a statement says of the rows of a table that it reads. */
interface Wanted {
  /** Columns that a condition sets equal to something. */
  readonly limited: ReadonlySet<string>
  /** The part of the statement that names the columns it reads; undefined: all. */
  readonly used?: Select
}

/**
 * The indexes through which CockroachDB would read, as far as the text tells: the one of whose key most columns are given; of several, one
 * that has all that is read; of several, one whose leases its zone configuration wants near the gateway. Without all columns, the primary
 * index is read as well.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/topology-duplicate-indexes
 * @see https://www.cockroachlabs.com/docs/v26.2/cost-based-optimizer#preferring-the-nearest-index
 */
export function readPath(
  all: readonly IndexParts[],
  table: TableInfo,
  { limited, used }: Wanted,
  rewrite: Rewrite,
): readonly IndexParts[] {
  rewrite.usesCluster = true
  const nodeId = Number(rewrite.variable('node_id'))
  const gateway = rewrite.context.cluster.nodes.find(({ id }) => id === nodeId)
  const needed = columnsUsed(table, used, rewrite)
  const ranked = all
    .filter(({ index }) => !index.partial)
    .map(parts => ({
      parts,
      given: givenColumns(parts.index, limited),
      covers: covers(parts.index, table, needed),
      near: gateway !== undefined && isWantedNear(parts, gateway),
    }))
    .filter(({ given, covers: isCovering }) => given > 0 || isCovering)
    .toSorted((a, b) => b.given - a.given || Number(b.covers) - Number(a.covers) || Number(b.near) - Number(a.near))
  const [best] = ranked
  const primary = all.filter(({ index }) => index.primary)
  if (best === undefined) return primary
  return best.covers ? [best.parts] : [best.parts, ...primary]
}

/** How many columns at the beginning of its key are given. */
function givenColumns({ columns }: IndexInfo, limited: ReadonlySet<string>): number {
  const missing = columns.findIndex(column => !limited.has(column))
  return missing < 0 ? columns.length : missing
}

/** Every index has the columns of the primary key. */
function covers({ primary, columns, stored }: IndexInfo, table: TableInfo, needed: ReadonlySet<string>): boolean {
  if (primary) return true
  const held = new Set([...columns, ...stored, ...table.primaryKey])
  return [...needed].every(column => held.has(column))
}

function isWantedNear({ zone }: IndexParts, gateway: NodeInfo): boolean {
  const { leasePreferences, constraints } = readReplicationRules(zone)
  const [preferred] = leasePreferences
  if (preferred !== undefined) return satisfies(gateway, preferred)
  return (
    constraints.kind === 'all' && constraints.requirements.length > 0 && satisfies(gateway, constraints.requirements)
  )
}

/** The columns that the text names; all, when there is a star that stands for columns. */
function columnsUsed(table: TableInfo, used: Select | undefined, rewrite: Rewrite): ReadonlySet<string> {
  const all = new Set(table.columns.map(({ name }) => name))
  if (used === undefined) return all
  const named = new Set<string>()
  for (let at = used.start; at < used.end; at++) {
    const token = rewrite.token(at)
    if (token.text === '*' && standsForColumns(rewrite.token(at - 1).text.toLowerCase())) return all
    if ((token.kind === 'word' || token.kind === 'quoted') && all.has(token.value)) named.add(token.value)
  }
  return named
}

/** A star after a value multiplies, and one after a parenthesis is that of count(*). */
function standsForColumns(before: string): boolean {
  return ['select', 'all', 'distinct', ',', '.'].includes(before)
}
