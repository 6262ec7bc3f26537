import { randomUUID } from 'node:crypto'
import type { FaultAction, RetryReason } from './fault.js'

type ErrorAction = Extract<FaultAction, { kind: 'error' }>

const REFERENCE = 'https://www.cockroachlabs.com/docs/v26.2/transaction-retry-error-reference.html'

/** The error by which CockroachDB asks, for this reason, to run a transaction again. */
export function retryError(reason: RetryReason): ErrorAction {
  return {
    kind: 'error',
    code: '40001',
    message: `restart transaction: TransactionRetryWithProtoRefreshError: ${causeOf(reason)}: "sql txn" ${transactionMeta()}`,
    hint: `See: ${REFERENCE}#${anchorOf(reason)}`,
  }
}

function causeOf(reason: RetryReason): string {
  if (reason.startsWith('ABORT_REASON_')) return `TransactionAbortedError(${reason})`
  if (reason === 'READ_WITHIN_UNCERTAINTY_INTERVAL') {
    return 'ReadWithinUncertaintyIntervalError: read encountered a recent write within its uncertainty interval; injected by a fault rule'
  }
  return `TransactionRetryError: retry txn (${reason} - injected by a fault rule)`
}

function anchorOf(reason: RetryReason): string {
  return reason === 'READ_WITHIN_UNCERTAINTY_INTERVAL' ? 'readwithinuncertaintyintervalerror' : reason.toLowerCase()
}

/** Shaped as CockroachDB's, because clients log and sometimes parse it. */
function transactionMeta(): string {
  const now = `${(Date.now() / 1000).toFixed(9)},0`
  const id = randomUUID().slice(0, 8)
  return `meta={id=${id} key=/Min iso=Serializable pri=0.00000000 epo=0 ts=${now} min=${now} seq=0} lock=false stat=PENDING rts=${now} gul=${now}`
}
