import type { ErrorRule } from '../postgres-error.js'
import { sqlState } from '../sql-state.js'

/** Statements, cursors and connections that end before their time. */
export const sessionRules: readonly ErrorRule[] = [
  {
    code: sqlState.query_canceled,
    routines: ['ProcessInterrupts'],
    // Code and routine are the same for every cause: only the text tells a timeout from a cancel request.
    translate: ({ message }) => ({
      message: message.includes('timeout')
        ? 'query execution canceled due to statement timeout'
        : 'query execution canceled',
    }),
  },
  {
    code: sqlState.admin_shutdown,
    translate: () => ({ message: 'server is shutting down' }),
  },
  {
    code: '25P04',
    translate: () => ({
      code: sqlState.query_canceled,
      message: 'query execution canceled due to transaction timeout',
    }),
  },
  {
    code: '34000',
    translate: ({ names: [name = ''], routine }) =>
      routine.startsWith('exec_') ? { message: `unknown portal "${name}"` } : undefined,
  },
  {
    code: '42P18',
    translate: ({ message }) => ({ message: message.replace('parameter $', 'placeholder $') }),
  },
  {
    code: sqlState.active_sql_transaction,
    routines: ['PreventInTransactionBlock'],
    translate: ({ message }) => ({
      message: message.replace(
        'cannot run inside a transaction block',
        'cannot be used inside a multi-statement transaction',
      ),
    }),
  },
]
