import type { Cluster, Queryable } from 'cerci'
import type { PageRequest } from '../paging/page.js'
import { isPastUnreadable } from '../repositories/unreadable-past.js'

/**
 * Reads a list as it is now, or as the nearest replica knows it. https://www.cockroachlabs.com/docs/v26.2/follower-reads
 * In the first seconds after a migration the past has not got the list yet: then it is read as it is now, which is as good an answer.
 */
export async function readList<Row>(
  cluster: Cluster,
  { stale = false }: PageRequest,
  read: (db: Queryable) => Promise<Row[]>,
): Promise<Row[]> {
  if (!stale) return read(cluster)
  try {
    return await cluster.staleRead({ follower: true }, read)
  } catch (error) {
    if (!isPastUnreadable(error)) throw error
    return read(cluster)
  }
}
