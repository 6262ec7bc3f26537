import type { SessionContext } from './session-context.js'

/** What SHOW SESSIONS and SHOW STATEMENTS say of one client connection. */
export interface SessionInfo {
  /** 32 hexadecimal digits, as `SHOW session_id` prints it. */
  readonly id: string
  readonly nodeId: number
  readonly user: string
  readonly database: string
  readonly applicationName: string
  /** `host:port` of the client. */
  readonly clientAddress: string
  readonly startedAt: Date
  readonly status: 'idle' | 'active'
  /** The statement that runs now; undefined when none does. */
  readonly query: ActiveQuery | undefined
  /** The last statement that ended; empty before the first. */
  readonly lastQuery: string
  /** The open explicit transaction; undefined when there is none. */
  readonly transaction: ActiveTransaction | undefined
  readonly transactionsExecuted: number
  /** As SHOW SESSIONS names it: `insecure`, `cert-password`, … */
  readonly authenticationMethod: string
  /** PostgreSQL's process that works for it. */
  readonly backendPid: number
}

export interface ActiveQuery {
  /** 32 hexadecimal digits; what CANCEL QUERY takes. */
  readonly id: string
  readonly text: string
  readonly startedAt: Date
}

export interface ActiveTransaction {
  readonly id: string
  readonly startedAt: Date
  readonly statements: number
  /** Times that the client began it anew. */
  readonly restarts: number
  /** Times that the gateway ran the transaction, or its first statement, again without the client noticing. */
  readonly automaticRetries: number
}

/** Puts together what a session says of itself. */
export function describeSession(
  { nodeId, user, database, variables, transaction, backend }: SessionContext,
  own: Pick<
    SessionInfo,
    'id' | 'clientAddress' | 'startedAt' | 'query' | 'lastQuery' | 'transactionsExecuted' | 'authenticationMethod'
  >,
): SessionInfo {
  return {
    ...own,
    nodeId,
    user,
    database,
    applicationName: variables.get('application_name'),
    backendPid: backend.processId,
    status: own.query === undefined ? 'idle' : 'active',
    transaction: transaction && {
      id: transaction.id,
      startedAt: transaction.startedAt,
      statements: transaction.statements,
      restarts: transaction.restarts,
      automaticRetries: transaction.automaticRetries,
    },
  }
}
