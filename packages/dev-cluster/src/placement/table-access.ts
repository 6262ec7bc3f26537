import type { ReplicationRules } from './replication-rules.js'

/** What a statement does to a table, as far as its text tells. */
export interface TableAccess {
  /** The table as `schema.name`. */
  readonly table: string
  /** `lock`: a read that must see the newest value wherever it is asked, as by SELECT FOR UPDATE, and that an UPDATE begins with. */
  readonly reads: 'no' | 'read' | 'lock'
  readonly writes: boolean
  readonly home: TableHome
}

/** Where a table's rows are. `whole`: one set of ranges. `rows`: one set for each region, by a column of each row. */
export type TableHome =
  | { readonly kind: 'whole'; readonly rules: ReplicationRules }
  | {
      readonly kind: 'rows'
      /** By region of the database. */
      readonly rules: ReadonlyMap<string, ReplicationRules>
      readonly search: RowSearch
      /** Unique keys that do not begin with the region: a write asks every region whether it has the same. */
      readonly checksUniqueness: boolean
      /** The region that new rows get by default, when there is one that does not depend on the gateway. */
      readonly primary: string
    }

/**
 * How the rows are found. `told`: the statement says in which regions. `few`: by a unique key or up to a LIMIT, so that the gateway's own
 * region is asked first and the others only when rows are missing. `all`: in every region at once. `none`: only new rows are written.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/cost-based-optimizer#locality-optimized-search-in-multi-region-clusters
 */
export type RowSearch = 'told' | 'few' | 'all' | 'none'
