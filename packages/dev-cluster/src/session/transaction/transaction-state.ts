import { randomUUID } from 'node:crypto'
import type { ReplicationRules } from '../../placement/replication-rules.js'
import type { VariablesMark } from '../session-variables.js'
import { Journal } from './journal.js'

/**
 * An explicit transaction of a client. `committed`: RELEASE SAVEPOINT cockroach_restart has committed it, and its COMMIT is
 * still to come.
 */
export interface TransactionState {
  readonly phase: 'open' | 'failed' | 'committed'
  readonly id: string
  readonly startedAt: Date
  /** The BEGIN that PostgreSQL got. */
  readonly begin: string
  /** SET TRANSACTION statements since, which a restart must repeat. */
  readonly modes: readonly string[]
  /** Whether SAVEPOINT cockroach_restart was declared. */
  readonly restartable: boolean
  /** ROLLBACK TO SAVEPOINT cockroach_restart so far. */
  readonly restarts: number
  /** Statements run since the beginning or the last restart, those that manage the transaction aside. */
  readonly statements: number
  readonly journal: Journal
  /** What it has written to, by the rules of the ranges; kept only while statements are followed to their ranges. */
  readonly written: Set<ReplicationRules>
  /** Replays and reruns of which the client knows nothing. */
  readonly automaticRetries: number
  /** The variables at the beginning, for ROLLBACK. */
  readonly variables: VariablesMark
  readonly savepoints: readonly SavepointState[]
  /** The time that AS OF SYSTEM TIME has fixed, in microseconds since the Unix epoch; undefined for the present. */
  readonly readsAt: number | undefined
  /** Whether the catalog may have changed. */
  readonly changedCatalog: boolean
}

export interface SavepointState {
  readonly name: string
  readonly variables: VariablesMark
}

export function beginTransaction(begin: string, variables: VariablesMark): TransactionState {
  return {
    phase: 'open',
    id: randomUUID(),
    startedAt: new Date(),
    begin,
    modes: [],
    restartable: false,
    restarts: 0,
    statements: 0,
    journal: new Journal(),
    written: new Set(),
    automaticRetries: 0,
    variables,
    savepoints: [],
    readsAt: undefined,
    changedCatalog: false,
  }
}

/** The names of its savepoints, the outermost first. */
export function savepointNames(transaction: TransactionState | undefined): readonly string[] {
  if (transaction === undefined) return []
  const names = transaction.savepoints.map(({ name }) => name)
  return transaction.restartable ? ['cockroach_restart', ...names] : names
}

/** The transaction as ROLLBACK TO SAVEPOINT cockroach_restart leaves it. */
export function restartTransaction(transaction: TransactionState): TransactionState {
  return {
    ...transaction,
    phase: 'open',
    restarts: transaction.restarts + 1,
    statements: 0,
    journal: new Journal(),
    written: new Set(),
    savepoints: [],
    changedCatalog: false,
  }
}
