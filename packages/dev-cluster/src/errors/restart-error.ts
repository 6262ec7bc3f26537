import { randomUUID } from 'node:crypto'
import type { CockroachError } from './postgres-error.js'
import { sqlState } from './sql-state.js'

const REFERENCE = 'https://www.cockroachlabs.com/docs/v26.2/transaction-retry-error-reference.html'

/**
 * The error by which CockroachDB asks to run a transaction again. `cause` is its own text for why; `anchor` names the
 * reason's section in the reference, such as `retry_serializable`.
 */
export function restartError(
  cause: string,
  anchor: string,
): CockroachError & { readonly code: string; readonly message: string; readonly hint: string } {
  return {
    code: sqlState.serialization_failure,
    message: `restart transaction: TransactionRetryWithProtoRefreshError: ${cause}: "sql txn" ${transactionMeta()}`,
    hint: `See: ${REFERENCE}#${anchor}`,
  }
}

/** Shaped as CockroachDB's, because clients log and sometimes parse it. */
function transactionMeta(): string {
  const now = `${(Date.now() / 1000).toFixed(9)},0`
  return `meta={id=${randomUUID().slice(0, 8)} key=/Min iso=Serializable pri=0.00000000 epo=0 ts=${now} min=${now} seq=0} lock=false stat=PENDING rts=${now} wto=false gul=${now}`
}
