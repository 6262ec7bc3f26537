import { SqlError } from '../errors/sql-error.js'
import { sqlState } from '../errors/sql-state.js'

/** The error for what CockroachDB has and the dev cluster does not (yet). `what` names the statement or clause. */
export function unimplemented(what: string, hint?: string): SqlError {
  return new SqlError(sqlState.feature_not_supported, `unimplemented: ${what}`, {
    hint:
      hint ??
      `The dev cluster of Cerci does not support ${what}. Real CockroachDB may: run this against a real cluster.`,
  })
}

/** The error for what PostgreSQL would take and CockroachDB refuses. */
export function refusedByCockroach(what: string): SqlError {
  return new SqlError(sqlState.feature_not_supported, `unimplemented: ${what} is not supported`, {
    hint: 'CockroachDB does not support this either; the dev cluster of Cerci refuses it as CockroachDB does.',
  })
}
