import {
  type CreateRole,
  type DropRole,
  type Grant,
  type Name,
  printName,
  printString,
  type RoleOption,
} from '@cerci/sql'
import { printQualified, type Rewrite } from '../rewrite/rewrite.js'
import { joinSql, sql } from '../rewrite/sql-text.js'
import { relationParts } from '../rules/names.js'
import type { Outcome } from '../statements/outcome.js'
import { unimplemented } from '../unimplemented.js'
import { asOneStatement, doBlock, unlessExists } from './do-block.js'

/** Role options that PostgreSQL has too. */
const roleOptions: ReadonlySet<string> = new Set([
  'login',
  'nologin',
  'createdb',
  'nocreatedb',
  'createrole',
  'nocreaterole',
])

/** System privileges that the dev cluster knows, each a role that nobody sees. */
const systemPrivileges: ReadonlySet<string> = new Set([
  'cancelquery',
  'controljob',
  'viewactivity',
  'viewactivityredacted',
  'viewjob',
])

/** CREATE USER and ALTER USER, which are CREATE ROLE and ALTER ROLE. Source: https://www.cockroachlabs.com/docs/v26.2/create-user */
export function translateCreateRole(node: CreateRole, rewrite: Rewrite): Outcome {
  const verb = node.alter ? 'ALTER' : 'CREATE'
  const tag = `${verb} ROLE`
  const logsIn =
    !node.alter &&
    rewrite.token(node.start + 1).value === 'user' &&
    !node.options.some(({ name }) => name === 'login' || name === 'nologin')
  const options = [...node.options.flatMap(roleOption), ...(logsIn ? ['LOGIN'] : [])]
  const own = [verb, 'ROLE', printName(node.name), ...options].join(' ')
  const statements = [
    ...(options.length > 0 || !node.alter || node.options.length === 0 ? [own] : []),
    ...node.options.flatMap(option => privilegeOption(option, node.name)),
  ]
  const statement = asOneStatement(statements)
  const exists = `EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${printString(node.name)})`
  if (node.ifNotExists) {
    return { kind: 'ddl', tag, sql: unlessExists(exists, `role "${node.name}" already exists, skipping`, statements) }
  }
  if (node.ifExists)
    return { kind: 'ddl', tag, sql: doBlock(sql`IF ${exists} THEN ${joinSql(statements, '; ')}; END IF;`) }
  return { kind: 'ddl', tag, sql: statement }
}

function roleOption({ name, value }: RoleOption): string | readonly string[] {
  if (systemPrivileges.has(name.replace(/^no/, ''))) return []
  if (name === 'password') return `PASSWORD ${value === null || value === undefined ? 'NULL' : printString(value)}`
  if (name === 'valid until') return `VALID UNTIL ${printString(value ?? 'infinity')}`
  if (!roleOptions.has(name)) throw unimplemented(`the role option ${name.toUpperCase()}`)
  return name.toUpperCase()
}

/** The options that came before system privileges do the same. Source: https://www.cockroachlabs.com/docs/v26.2/security-reference/authorization#role-options */
function privilegeOption({ name }: RoleOption, role: string): readonly string[] {
  const privilege = name.replace(/^no/, '')
  if (!systemPrivileges.has(privilege)) return []
  const member = printName(`crdb_internal.${privilege}`)
  return [name === privilege ? `GRANT ${member} TO ${printName(role)}` : `REVOKE ${member} FROM ${printName(role)}`]
}

export function translateDropRole(node: DropRole): Outcome {
  const names = node.names.map(printName).join(', ')
  return { kind: 'ddl', tag: 'DROP ROLE', sql: `DROP ROLE ${node.ifExists ? 'IF EXISTS ' : ''}${names}` }
}

/** Privileges on each kind of object that PostgreSQL has too. Source: https://www.cockroachlabs.com/docs/v26.2/security-reference/authorization */
const privileges: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['database', new Set(['all', 'connect', 'create', 'temporary'])],
  ['schema', new Set(['all', 'create', 'usage'])],
  ['table', new Set(['all', 'select', 'insert', 'update', 'delete', 'references', 'trigger', 'truncate'])],
  ['sequence', new Set(['all', 'select', 'update', 'usage'])],
  ['type', new Set(['all', 'usage'])],
  ['function', new Set(['all', 'execute'])],
  ['procedure', new Set(['all', 'execute'])],
])

/** Source: https://www.cockroachlabs.com/docs/v26.2/grant */
export function translateGrant(node: Grant, rewrite: Rewrite): Outcome {
  const tag = node.revoke ? 'REVOKE' : 'GRANT'
  const roles = node.roles.map(printRole).join(', ')
  if (node.objectType === undefined || node.objectType === 'system') {
    const granted = node.privileges.map(node.objectType === undefined ? printName : systemPrivilege).join(', ')
    if (node.revoke) {
      return { kind: 'ddl', tag, sql: `REVOKE ${node.option ? 'ADMIN OPTION FOR ' : ''}${granted} FROM ${roles}` }
    }
    return { kind: 'ddl', tag, sql: `GRANT ${granted} TO ${roles}${node.option ? ' WITH ADMIN OPTION' : ''}` }
  }
  const list = node.privileges
    .map(privilege => privilegeSql(privilege, node.objectType ?? '', node.inSchema))
    .join(', ')
  const target = grantTarget(node, rewrite)
  if (node.revoke) {
    return {
      kind: 'ddl',
      tag,
      sql: `REVOKE ${node.option ? 'GRANT OPTION FOR ' : ''}${list} ON ${target} FROM ${roles}`,
    }
  }
  return { kind: 'ddl', tag, sql: `GRANT ${list} ON ${target} TO ${roles}${node.option ? ' WITH GRANT OPTION' : ''}` }
}

function systemPrivilege(privilege: string): string {
  if (systemPrivileges.has(privilege)) return printName(`crdb_internal.${privilege}`)
  throw unimplemented(`the system privilege ${privilege.toUpperCase()}`)
}

function printRole(name: string): string {
  return ['public', 'current_user', 'session_user'].includes(name) ? name : printName(name)
}

function privilegeSql(privilege: string, objectType: string, inSchema: boolean): string {
  const known = privileges.get(inSchema ? objectType.replace(/s$/, '') : objectType)
  if (!known) throw unimplemented(`privileges ON ${objectType.toUpperCase()}`)
  if (!known.has(privilege)) throw unimplemented(`the privilege ${privilege.toUpperCase()} on a ${objectType}`)
  return privilege.toUpperCase()
}

function grantTarget(node: Grant, rewrite: Rewrite): string {
  const type = (node.objectType ?? '').toUpperCase()
  if (node.inSchema)
    return `ALL ${type} IN SCHEMA ${node.objects.map(name => printName(name.parts.at(-1) ?? '')).join(', ')}`
  const wildcard = node.objects.find(({ parts }) => parts.at(-1) === '*')
  if (wildcard) return `ALL TABLES IN SCHEMA ${printName(wildcardSchema(wildcard, rewrite))}`
  if (node.objectType === 'database' || node.objectType === 'schema') {
    return `${type} ${node.objects.map(name => printName(name.parts.at(-1) ?? '')).join(', ')}`
  }
  if (node.objectType === 'function' || node.objectType === 'procedure') {
    return `${type} ${node.objects.map(name => rewrite.source(name)).join(', ')}`
  }
  return `${type} ${node.objects.map(name => printQualified(relationParts(name, rewrite))).join(', ')}`
}

/** `*`, `schema.*`, `database.*` and `database.schema.*`. */
function wildcardSchema(name: Name, rewrite: Rewrite): string {
  const { database } = rewrite.context.session
  const schema = name.parts.filter((part, at) => part !== '*' && !(at === 0 && part === database)).at(-1)
  return schema ?? 'public'
}
