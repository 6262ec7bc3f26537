import type { Name } from '../../tree/node.js'
import type { AlterRoleSetting, CreateRole, Grant, RoleOption } from '../../tree/object.js'
import { type Cursor, commaList } from '../cursor.js'
import { parseLooseName } from '../parse-name.js'
import { parseValues, parseVariableName } from '../session/parse-set.js'
import { roleName } from './parse-drop.js'

/** After CREATE or ALTER, and ROLE or USER. Source: https://www.cockroachlabs.com/docs/v26.2/create-role */
export function parseRole(cursor: Cursor, start: number, alter: boolean): CreateRole {
  const ifExists = alter && cursor.skipWords('if', 'exists')
  const ifNotExists = !alter && cursor.skipWords('if', 'not', 'exists')
  const name = roleName(cursor)
  cursor.skipWords('with')
  const options: RoleOption[] = []
  while (!cursor.atEnd()) options.push(parseRoleOption(cursor))
  return { kind: 'create-role', alter, ifExists, ifNotExists, name, options, ...cursor.since(start) }
}

/** After ALTER ROLE or ALTER USER: options, or settings for the role's sessions. */
export function parseAlterRole(cursor: Cursor, start: number): CreateRole | AlterRoleSetting {
  const at = cursor.at
  cursor.skipWords('if', 'exists')
  const role = roleName(cursor)
  if (cursor.isWord('set', 'reset') || cursor.isWords('in', 'database')) return parseRoleSetting(cursor, start, role)
  cursor.at = at
  return parseRole(cursor, start, true)
}

/** After the role: `[IN DATABASE d] SET variable = values` or `RESET variable`. */
export function parseRoleSetting(cursor: Cursor, start: number, role?: string): AlterRoleSetting {
  const database = cursor.skipWords('in', 'database') ? cursor.looseIdentifier().name : undefined
  const base = {
    kind: 'alter-role-setting',
    ...(role !== undefined && { role }),
    ...(database !== undefined && { database }),
  } as const
  if (cursor.skipWords('reset')) {
    return { ...base, variable: parseVariableName(cursor), values: [], ...cursor.since(start) }
  }
  cursor.expectWords('set')
  const variable = parseVariableName(cursor)
  if (!cursor.skipSymbol('=')) cursor.expectWords('to')
  return { ...base, variable, values: parseValues(cursor), ...cursor.since(start) }
}

function parseRoleOption(cursor: Cursor): RoleOption {
  const start = cursor.at
  let name = cursor.label().name
  if (name === 'encrypted') name = cursor.label().name
  if (name === 'valid') {
    cursor.expectWords('until')
    name = 'valid until'
  }
  if (name !== 'password' && name !== 'valid until' && name !== 'subject') return { name, ...cursor.since(start) }
  const value = cursor.skipWords('null')
    ? null
    : cursor.peek().kind === 'string'
      ? cursor.string()
      : cursor.label().name
  return { name, value, ...cursor.since(start) }
}

/** GRANT and REVOKE. Source: https://www.cockroachlabs.com/docs/v26.2/grant */
export function parseGrant(cursor: Cursor): Grant {
  const start = cursor.at
  const revoke = cursor.next().value === 'revoke'
  let option = false
  if (revoke && (cursor.skipWords('grant', 'option', 'for') || cursor.skipWords('admin', 'option', 'for')))
    option = true
  const system = cursor.skipWords('system')
  const privileges = commaList(cursor, parsePrivilege)
  const target = system ? { objectType: 'system', objects: [], inSchema: false } : parseGrantTarget(cursor)
  cursor.expectWords(revoke ? 'from' : 'to')
  const roles = commaList(cursor, roleName)
  if (!revoke && (cursor.skipWords('with', 'grant', 'option') || cursor.skipWords('with', 'admin', 'option'))) {
    option = true
  }
  return { kind: 'grant', revoke, privileges, ...target, roles, option, ...cursor.since(start) }
}

/** A privilege or the name of a role. */
function parsePrivilege(cursor: Cursor): string {
  if (cursor.skipWords('all')) {
    cursor.skipWords('privileges')
    return 'all'
  }
  if (cursor.isWord('select', 'create', 'references', 'grant')) return cursor.next().value
  return cursor.label().name
}

const objectTypes = [
  ['external', 'connection'],
  ['database'],
  ['schema'],
  ['table'],
  ['type'],
  ['sequence'],
  ['function'],
  ['procedure'],
] as const

function parseGrantTarget(cursor: Cursor): Pick<Grant, 'objectType' | 'objects' | 'inSchema'> {
  if (!cursor.skipWords('on')) return { objects: [], inSchema: false }
  if (cursor.skipWords('all')) {
    const objectType = cursor.label().name
    cursor.expectWords('in', 'schema')
    return { objectType, objects: commaList(cursor, parseLooseName), inSchema: true }
  }
  const words = objectTypes.find(candidate => cursor.skipWords(...candidate))
  const objects = commaList(cursor, parseGrantObject)
  return { objectType: words?.join(' ') ?? 'table', objects, inSchema: false }
}

/** A name, `schema.*` or `*`; a function's argument types are kept as part of nothing. */
function parseGrantObject(cursor: Cursor): Name {
  const start = cursor.at
  if (cursor.skipSymbol('*')) return { kind: 'name', parts: ['*'], ...cursor.since(start) }
  const name = parseLooseName(cursor)
  if (cursor.skipSymbol('.')) {
    cursor.expectSymbol('*')
    return { kind: 'name', parts: [...name.parts, '*'], ...cursor.since(start) }
  }
  if (!cursor.skipSymbol('(')) return name
  while (!cursor.isSymbol(')')) {
    if (cursor.atEnd()) throw cursor.unexpected()
    cursor.next()
  }
  cursor.next()
  return { ...name, ...cursor.since(start) }
}
