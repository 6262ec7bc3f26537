import { printString, type Show } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { unimplemented } from '../unimplemented.js'
import { clause, type ShowForm, tableOf } from './show-statement.js'

/** SHOW of users and privileges. */
export const accessForms: Readonly<Record<string, ShowForm>> = {
  users,
  roles: users,
  grants,
  'system grants': () =>
    'SELECT grantee, privilege_type, is_grantable FROM crdb_internal.cerci_show_system_grants ORDER BY grantee, privilege_type',
  'default privileges': show => {
    if (show.clauses.length > 0) throw unimplemented('SHOW DEFAULT PRIVILEGES FOR …')
    return 'SELECT role, for_all_roles, object_type, grantee, privilege_type, is_grantable FROM crdb_internal.cerci_show_default_privileges ORDER BY role, object_type, grantee, privilege_type'
  },
}

function users(): string {
  return 'SELECT username, options, member_of, estimated_last_login_time FROM crdb_internal.cerci_show_users ORDER BY username'
}

/** The name columns that SHOW GRANTS ON lists for a kind of object. */
const nameColumns: ReadonlyMap<string, string> = new Map([
  ['database', 'database_name'],
  ['schema', 'database_name, schema_name'],
  ['table', 'database_name, schema_name, object_name AS table_name'],
  ['sequence', 'database_name, schema_name, object_name AS table_name'],
  ['type', 'database_name, schema_name, object_name AS type_name'],
  ['function', 'database_name, schema_name, object_name AS routine_signature'],
])

/** Source: https://www.cockroachlabs.com/docs/v26.2/show-grants */
function grants(show: Show, rewrite: Rewrite): string {
  const on = clause(show, 'on')
  const grantees = clause(show, 'for')?.names.map(name => printString(tableOf(name).parts.join('.'))) ?? []
  if (on?.of === 'role' || on?.of === 'roles') return roleGrants(show, grantees)
  const kind = on && on.of === '' ? 'table' : on?.of
  const head =
    kind === undefined
      ? 'database_name, schema_name, object_name, object_type'
      : (nameColumns.get(kind) ?? refuse(kind))
  const conditions = [
    ...(kind === undefined ? [] : [`object_type = '${kind === 'function' ? 'routine' : kind}'`]),
    ...(kind === undefined || !on ? [] : [objectCondition(kind, on.names.map(tableOf), rewrite)]),
    ...(grantees.length === 0 ? [] : [`grantee IN (${grantees.join(', ')})`]),
  ]
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
  return `SELECT ${head}, grantee, privilege_type, is_grantable FROM crdb_internal.cerci_show_grants${where} ORDER BY database_name, schema_name, object_name, grantee, privilege_type`
}

function objectCondition(
  kind: string,
  names: readonly { readonly parts: readonly string[] }[],
  rewrite: Rewrite,
): string {
  const column = kind === 'database' ? 'database_name' : kind === 'schema' ? 'schema_name' : 'object_name'
  const choices = names.map(({ parts }) => {
    const name = parts.at(-1) ?? ''
    const schema = parts.at(-2)
    const inSchema =
      schema === undefined || schema === rewrite.context.session.database || column !== 'object_name'
        ? ''
        : ` AND schema_name = ${printString(schema)}`
    return name === '*' ? `true${inSchema}` : `${column} = ${printString(name)}${inSchema}`
  })
  return choices.length === 0 ? 'true' : `(${choices.join(' OR ')})`
}

function roleGrants(show: Show, grantees: readonly string[]): string {
  const roles = clause(show, 'on')?.names.map(name => printString(tableOf(name).parts.join('.'))) ?? []
  const conditions = [
    ...(roles.length === 0 ? [] : [`role_name IN (${roles.join(', ')})`]),
    ...(grantees.length === 0 ? [] : [`member IN (${grantees.join(', ')})`]),
  ]
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
  return `SELECT role_name, member, is_admin FROM crdb_internal.cerci_show_grants_on_roles${where} ORDER BY role_name, member`
}

function refuse(kind: string): never {
  throw unimplemented(`SHOW GRANTS ON ${kind.toUpperCase()}`)
}
