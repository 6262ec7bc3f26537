import type { GatewayNode } from '../gateway/gateway-services.js'
import { locality } from './backend/backend-parameters.js'
import type { TransactionState } from './transaction/transaction-state.js'

/** What the values of read-only variables come from. */
export interface SessionFacts {
  readonly sessionId: string
  readonly user: string
  readonly node: GatewayNode
  readonly resultsBufferBytes: number
  readonly encrypted: boolean
  database(): string
  transaction(): TransactionState | undefined
  reported(parameter: string): string
}

const transactionStatus = { open: 'Open', failed: 'Aborted', committed: 'CommitWait' } as const

/** The variables that only the session knows, by name. */
export function variableFacts(facts: SessionFacts): ReadonlyMap<string, () => string> {
  return new Map<string, () => string>([
    ['database', () => facts.database()],
    ['is_superuser', () => (facts.user === 'root' ? 'on' : 'off')],
    ['locality', () => locality(facts.node)],
    ['node_id', () => String(facts.node.id)],
    ['results_buffer_size', () => String(facts.resultsBufferBytes)],
    ['search_path', () => facts.reported('search_path')],
    ['session_authorization', () => facts.user],
    ['session_id', () => facts.sessionId],
    ['session_user', () => facts.user],
    ['ssl', () => (facts.encrypted ? 'on' : 'off')],
    ['transaction_status', () => transactionStatusOf(facts.transaction())],
  ])
}

function transactionStatusOf(transaction: TransactionState | undefined): string {
  return transaction === undefined ? 'NoTxn' : transactionStatus[transaction.phase]
}
