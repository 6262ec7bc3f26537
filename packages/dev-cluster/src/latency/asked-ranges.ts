import type { ReplicationRules } from '../placement/replication-rules.js'
import type { TableAccess, TableHome } from '../placement/table-access.js'

/** A statement: what its text says, and of which regions and partitions it was seen to touch rows. */
export interface StatementRun {
  readonly accesses: readonly TableAccess[]
  /** By table or index; only of those whose rows have a region or partition each. */
  readonly touched: ReadonlyMap<string, ReadonlySet<string>>
  /** Whether it reads a past that every replica has, as long as none is cut off. */
  readonly stale: boolean
  /** The time at which it reads, in microseconds since the Unix epoch; undefined for the present. */
  readonly readsAt?: number | undefined
  /** Whether it commits by itself. */
  readonly implicit: boolean
}

/** The gateway, as far as this goes. */
interface Gateway {
  readonly region: string
}

/**
 * The ranges that a read has asked, by their rules: lists of those that are asked at the same time, one list after the other.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/cost-based-optimizer#locality-optimized-search-in-multi-region-clusters
 */
export function rulesRead(
  access: TableAccess,
  { touched }: StatementRun,
  gateway: Gateway,
): readonly (readonly ReplicationRules[])[] {
  const { home, reads } = access
  if (reads === 'no') return []
  if (home.kind === 'whole') return [[home.rules]]
  const regions = [...(touched.get(access.table) ?? [])]
  if (home.kind === 'partitions') {
    return [rulesOf(home, home.search === 'told' && regions.length > 0 ? regions : home.rules.keys())]
  }
  const own = homeRegion(home, gateway)
  switch (home.search) {
    case 'none':
      return []
    case 'told':
      return [rulesOf(home, regions.length > 0 ? regions : home.rules.keys())]
    case 'all':
      return [[...home.rules.values()]]
    case 'few':
  }
  const others = [...home.rules.keys()].filter(region => region !== own)
  const isHere = regions.length > 0 && regions.every(region => region === own)
  return isHere ? [rulesOf(home, [own])] : [rulesOf(home, [own]), rulesOf(home, others)]
}

/** The ranges that a statement has written to, by their rules. */
export function rulesWritten({ accesses, touched }: StatementRun, gateway: Gateway): ReplicationRules[] {
  return accesses.flatMap(({ writes, home, table }) => {
    if (!writes) return []
    if (home.kind === 'whole') return [home.rules]
    if (home.kind === 'partitions') {
      return rulesOf(home, touched.get(table) ?? (home.search === 'untold' ? home.rules.keys() : []))
    }
    // New rows belong to the gateway's region, unless they say otherwise.
    return rulesOf(home, touched.get(table) ?? (home.search === 'none' ? [homeRegion(home, gateway)] : []))
  })
}

/** The ranges in which another row with the same unique key may be. */
export function rulesChecked({ writes, home }: TableAccess): readonly ReplicationRules[] {
  return writes && home.kind === 'rows' && home.checksUniqueness ? [...home.rules.values()] : []
}

/** The ranges that a statement cannot do without, whatever rows it will find. */
export function rulesNeeded(access: TableAccess, gateway: Gateway): readonly ReplicationRules[] {
  const { home } = access
  if (home.kind === 'whole') return [home.rules]
  if (home.kind === 'partitions') return home.search === 'told' ? [] : [...home.rules.values()]
  if (home.search === 'all') return [...home.rules.values()]
  if (home.search === 'told') return rulesChecked(access)
  return [...rulesOf(home, [homeRegion(home, gateway)]), ...rulesChecked(access)]
}

function rulesOf(home: Exclude<TableHome, { kind: 'whole' }>, regions: Iterable<string>): ReplicationRules[] {
  return [...regions].flatMap(region => home.rules.get(region) ?? [])
}

/** The region in which new rows are put, and rows are searched first. */
function homeRegion(home: Extract<TableHome, { kind: 'rows' }>, { region }: Gateway): string {
  return home.rules.has(region) ? region : home.primary
}
