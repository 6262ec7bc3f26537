import type { Engine } from '../../engine/engine.js'
import { findVariable } from '../../variables/variables.js'

/** What ALTER ROLE … SET and ALTER DATABASE … SET say for a session, the most particular last. */
const SETTINGS = `
SELECT unnest(setconfig) AS setting FROM pg_catalog.pg_db_role_setting
WHERE setrole IN (0, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1))
  AND setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = $2))
ORDER BY setrole <> 0, setdatabase <> 0`

/**
 * The defaults that a new session's role and database have for its variables. PostgreSQL applies them by itself, and reports only those
 * of its own.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/alter-role#set-default-session-variable-values-for-a-specific-role
 */
export async function roleDefaults(
  engine: Pick<Engine, 'query'>,
  user: string,
  database: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await engine.query('system', SETTINGS, [user, database])
  const defaults = new Map<string, string>()
  for (const { setting } of rows) {
    const [, guc = '', value = ''] = /^([^=]+)=(.*)$/s.exec(setting ?? '') ?? []
    const variable = findVariable(guc.replace(/^crdb\./, ''))
    if (variable?.guc === guc) defaults.set(variable.name, value)
  }
  return defaults
}
