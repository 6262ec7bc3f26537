import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { SessionContext } from '../session-context.js'
import type { Preparation } from './statement-preparation.js'

/** Moves the session to another database, which is another backend. */
export async function moveToDatabase(context: SessionContext, database: string): Promise<Preparation> {
  if (context.transaction !== undefined || context.implicitOpen) {
    const hint = 'end the transaction first; the dev cluster keeps each database in one of its own'
    const message = 'unimplemented: changing the current database inside a transaction'
    return { kind: 'refuse', error: new SqlError(sqlState.feature_not_supported, message, { hint }) }
  }
  try {
    if (database !== context.database) await context.useDatabase(database)
    return { kind: 'run' }
  } catch (error) {
    if (error instanceof SqlError) return { kind: 'refuse', error }
    throw error
  }
}
