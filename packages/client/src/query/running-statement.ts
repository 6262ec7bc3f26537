import type { Statement } from './statement.js'

/** ReadyForQuery's word for a session: idle, in a transaction, in a failed transaction; null before the first. */
export type TransactionStatus = 'I' | 'T' | 'E' | null

/** What its connection must know of a statement, or a batch of them, that runs on it. */
export interface RunningStatement {
  readonly statement: Pick<Statement, 'kind'>
  /** True when messages of the extended protocol were used, whose BindComplete proves what was not yet executed. */
  readonly extended: boolean
  /** True once the statement may have reached the server. */
  readonly sent: boolean
  /** True once the server has bound the statement, the first of a batch, which it does before it executes anything of it. */
  bound: boolean
  /** The session's state when the statement was sent. */
  transactionStatus: TransactionStatus
}
