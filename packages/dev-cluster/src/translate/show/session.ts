import { printString, type Show } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { findVariable } from '../../variables/variables.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { unknownVariable } from '../statements/set-variable.js'
import type { ShowForm } from './show-statement.js'

/** Variables whose value only the session knows at the moment of the statement. */
const sessionFacts: ReadonlySet<string> = new Set([
  'transaction_status',
  'transaction_priority',
  'results_buffer_size',
  'ssl',
])

/** SHOW of session variables and other facts of a session. */
export const sessionForms: Readonly<Record<string, ShowForm>> = {
  variable,
  all: () => 'SELECT variable, value FROM crdb_internal.session_variables WHERE NOT hidden ORDER BY variable',
  'default session variables': () => {
    throw new SqlError(sqlState.feature_not_supported, 'unimplemented: SHOW DEFAULT SESSION VARIABLES')
  },
  locality: () => `SELECT current_setting('locality') AS locality`,
  'savepoint status': savepointStatus,
  'commit timestamp': () => {
    throw new SqlError(sqlState.feature_not_supported, 'unimplemented: SHOW COMMIT TIMESTAMP')
  },
}

/** https://www.cockroachlabs.com/docs/v26.2/show-savepoint-status */
function savepointStatus(_: Show, rewrite: Rewrite): string {
  rewrite.live = true
  const rows = rewrite.context.session.savepoints().map((name, at) => `(${at}, ${printString(name)}, ${at === 0})`)
  const source = rows.length === 0 ? 'SELECT 0, NULL::text, false WHERE false' : `VALUES ${rows.join(', ')}`
  return `SELECT savepoint_name, is_initial_savepoint FROM (${source}) AS s (place, savepoint_name, is_initial_savepoint) ORDER BY place`
}

function variable(show: Show, rewrite: Rewrite): string {
  const asked = show.variable ?? ''
  const known = findVariable(asked)
  if (!known && !asked.includes('.')) return unknownVariable(asked)
  if (!known && asked.startsWith('crdb.')) return unknownVariable(asked)
  const name = known?.name ?? asked
  const heading = asked === 'transaction_status' && show.end - show.start > 2 ? 'TRANSACTION STATUS' : name
  const value = sessionFacts.has(name)
    ? `${printString(rewrite.variable(name))}::text`
    : `current_setting(${printString(name)})`
  return `SELECT ${value} AS "${heading.replaceAll('"', '""')}"`
}
