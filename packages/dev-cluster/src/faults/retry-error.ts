import { restartError } from '../errors/restart-error.js'
import type { FaultAction, RetryReason } from './fault.js'

type ErrorAction = Extract<FaultAction, { kind: 'error' }>

/** The error by which CockroachDB asks, for this reason, to run a transaction again. */
export function retryError(reason: RetryReason): ErrorAction {
  const { code, message, hint } = restartError(causeOf(reason), anchorOf(reason))
  return { kind: 'error', code, message, hint }
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
