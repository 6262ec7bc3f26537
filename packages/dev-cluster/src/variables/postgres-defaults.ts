import { realSearchPath } from './search-path.js'
import { variables } from './variables.js'

/** Settings of PostgreSQL that hold only for a transaction or a session, and so have no place in its configuration file. */
const sessionOnly = new Set([
  'role',
  'transaction_isolation',
  'transaction_read_only',
  'client_encoding',
  'application_name',
])

/** Lines for postgresql.conf that give every new session, and RESET, CockroachDB's defaults. */
export function postgresDefaults(): string[] {
  return [selfGrant, ...variableDefaults()]
}

/** `root` may do everything with what the users it creates own, as in CockroachDB, though it is no superuser here. */
const selfGrant = "createrole_self_grant = 'set, inherit'"

function variableDefaults(): string[] {
  return variables
    .filter(({ name }) => !sessionOnly.has(name))
    .map(
      ({ name, guc, default: value }) =>
        `${guc} = '${(name === 'search_path' ? realSearchPath(value) : value).replaceAll("'", "''")}'`,
    )
}
