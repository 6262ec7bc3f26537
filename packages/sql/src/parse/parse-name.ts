import type { IndexName, Name } from '../tree/node.js'
import type { Cursor } from './cursor.js'

/** `a`, `a.b`, `a.b.c`; after a dot any word may follow. */
export function parseName(cursor: Cursor): Name {
  const start = cursor.at
  const parts = [cursor.identifier().name, ...parseQualified(cursor)]
  return { kind: 'name', parts, ...cursor.since(start) }
}

/** The name of a function, type or role, which fewer words are refused for. */
export function parseLooseName(cursor: Cursor): Name {
  const start = cursor.at
  const parts = [cursor.looseIdentifier().name, ...parseQualified(cursor)]
  return { kind: 'name', parts, ...cursor.since(start) }
}

function parseQualified(cursor: Cursor): string[] {
  const parts: string[] = []
  while (cursor.isSymbol('.') && ['word', 'quoted'].includes(cursor.peek(1).kind)) {
    cursor.next()
    parts.push(cursor.next().value)
  }
  return parts
}

/** `table@index`, or a lone index name. */
export function parseIndexName(cursor: Cursor): IndexName {
  const start = cursor.at
  const first = parseName(cursor)
  if (!cursor.skipSymbol('@')) return { kind: 'index-name', index: first, ...cursor.since(start) }
  const indexStart = cursor.at
  const index: Name = { kind: 'name', parts: [cursor.label().name], ...cursor.since(indexStart) }
  return { kind: 'index-name', table: first, index, ...cursor.since(start) }
}

export function parseIdentifierName(cursor: Cursor): string {
  return cursor.identifier().name
}
