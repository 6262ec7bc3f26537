import type { ReplicationRules } from './replication-rules.js'

/** What a statement does to an index of a table, as far as its text tells. */
export interface TableAccess {
  /** The table as `schema.name`, which stands for its primary index; `schema.name@index` for another one. */
  readonly table: string
  /** `lock`: a read that must see the newest value wherever it is asked, as by SELECT FOR UPDATE, and that an UPDATE begins with. */
  readonly reads: 'no' | 'read' | 'lock'
  readonly writes: boolean
  readonly home: TableHome
}

/**
 * Where the rows of an index are. `whole`: one set of ranges. `rows`: one set for each region, by a column of each row. `partitions`: one set
 * for each partition that has a zone configuration, and one, of an empty name, for the rest.
 */
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
  | {
      readonly kind: 'partitions'
      /** By partition. */
      readonly rules: ReadonlyMap<string, ReplicationRules>
      readonly search: PartitionSearch
    }

/**
 * How the rows are found. `told`: the statement says in which regions. `few`: by a unique key or up to a LIMIT, so that the gateway's own
 * region is asked first and the others only when rows are missing. `all`: in every region at once. `none`: only new rows are written.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/cost-based-optimizer#locality-optimized-search-in-multi-region-clusters
 */
export type RowSearch = 'told' | 'few' | 'all' | 'none'

/** How the rows of partitions are found, as {@link RowSearch}. `untold`: new rows are written, and the text does not say into which. */
export type PartitionSearch = 'told' | 'all' | 'untold'
