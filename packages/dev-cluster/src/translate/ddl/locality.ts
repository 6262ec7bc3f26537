import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'

/** The dev cluster has no multi-region databases yet, so every table is in one where CockroachDB refuses LOCALITY. */
export function refuseLocality(): never {
  throw new SqlError(
    sqlState.invalid_table_definition,
    'cannot set LOCALITY on a table in a database that is not multi-region enabled',
  )
}
