import type { DropObject, DropRole, Truncate } from '../../tree/object.js'
import { type Cursor, commaList } from '../cursor.js'
import { parseLooseName, parseName } from '../parse-name.js'

/** After DROP and the object's type. */
export function parseDropObject(cursor: Cursor, start: number, objectType: string): DropObject {
  const ifExists = cursor.skipWords('if', 'exists')
  const names = commaList(cursor, parseLooseName)
  return { kind: 'drop-object', objectType, ifExists, names, ...parseBehavior(cursor), ...cursor.since(start) }
}

/** After DROP ROLE and DROP USER. */
export function parseDropRole(cursor: Cursor, start: number): DropRole {
  const ifExists = cursor.skipWords('if', 'exists')
  const names = commaList(cursor, roleName)
  return { kind: 'drop-role', ifExists, names, ...cursor.since(start) }
}

/** TRUNCATE [TABLE] tables. */
export function parseTruncate(cursor: Cursor): Truncate {
  const start = cursor.at
  cursor.expectWords('truncate')
  cursor.skipWords('table')
  const tables = commaList(cursor, parseName)
  return { kind: 'truncate', tables, ...parseBehavior(cursor), ...cursor.since(start) }
}

export function parseBehavior(cursor: Cursor): { readonly behavior?: 'cascade' | 'restrict' } {
  if (cursor.skipWords('cascade')) return { behavior: 'cascade' }
  return cursor.skipWords('restrict') ? { behavior: 'restrict' } : {}
}

/** The name of a role: also `public`, `current_user` and a string literal are accepted. */
export function roleName(cursor: Cursor): string {
  const token = cursor.peek()
  if (token.kind === 'string') return cursor.next().value
  return cursor.isWord('current_user', 'session_user') ? cursor.next().value : cursor.looseIdentifier().name
}
