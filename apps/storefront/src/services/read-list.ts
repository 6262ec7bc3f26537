import type { Cluster, Queryable } from 'cerci'
import type { PageRequest } from '../paging/page.js'

/** Reads a list as it is now, or as the nearest replica knows it. https://www.cockroachlabs.com/docs/v26.2/follower-reads */
export function readList<Row>(
  cluster: Cluster,
  { stale = false }: PageRequest,
  read: (db: Queryable) => Promise<Row[]>,
): Promise<Row[]> {
  return stale ? cluster.staleRead({ follower: true }, read) : read(cluster)
}
