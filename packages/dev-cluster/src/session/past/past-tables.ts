import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Backend } from '../backend/backend.js'
import { queryBackend } from '../backend/query-backend.js'

/**
 * Tables that this transaction has read, by their locks, and that were not there at its time, or held something else: system
 * functions look at the catalog of today, queries of pg_class at the one of then.
 */
const CHANGED_TABLES = `
SELECT l.relation::pg_catalog.regclass::text, c.oid IS NULL
FROM pg_catalog.pg_locks AS l LEFT JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.database <> 0 AND l.relation >= 16384
  AND CASE WHEN c.oid IS NULL
    THEN pg_catalog.pg_get_indexdef(l.relation) IS NULL AND l.relation::pg_catalog.regclass::text NOT LIKE 'pg_toast.%'
    ELSE c.relkind IN ('r', 'm') AND pg_catalog.pg_relation_filenode(l.relation) IS DISTINCT FROM c.relfilenode END
ORDER BY 2 DESC, 1 LIMIT 1`

/** What is wrong with the tables that a transaction in the past has just read; undefined when nothing is. */
export async function checkPastTables(backend: Backend): Promise<SqlError | undefined> {
  const [row] = (await queryBackend(backend, CHANGED_TABLES)) ?? []
  if (row === undefined) return undefined
  const [table, missing] = row
  if (missing === 't') return new SqlError(sqlState.undefined_table, `relation "${table}" does not exist`)
  return new SqlError(
    sqlState.feature_not_supported,
    `unimplemented: reading table "${table}" as of a time before it was truncated or rewritten`,
    { hint: 'The dev cluster keeps row versions only; CockroachDB can read this table at that time.' },
  )
}
