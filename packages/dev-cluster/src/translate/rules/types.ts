import type { TypeName } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { unimplemented } from '../unimplemented.js'

/** CockroachDB's names of types that PostgreSQL has under another. Source: https://www.cockroachlabs.com/docs/v26.2/data-types */
const renamed: ReadonlyMap<string, string> = new Map([
  ['int', 'int8'],
  ['integer', 'int8'],
  ['int64', 'int8'],
  ['string', 'text'],
  ['bytes', 'bytea'],
  ['blob', 'bytea'],
  ['json', 'jsonb'],
])

/** Types whose values the embedded PostgreSQL cannot hold. */
const missing: ReadonlySet<string> = new Set(['vector', 'geometry', 'geography', 'box2d'])

/** Types that PostgreSQL has and CockroachDB does not know. */
const unknown: ReadonlySet<string> = new Set(
  `int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange
  tstzmultirange datemultirange xid xid8 cid tid pg_snapshot regconfig regdictionary regoper regoperator
  regcollation`.split(/\s+/),
)

/** Types of columns that number rows; they are no types anywhere else. */
export const serialTypes: ReadonlySet<string> = new Set([
  'serial',
  'serial2',
  'serial4',
  'serial8',
  'smallserial',
  'bigserial',
])

/** Rewrites a type where PostgreSQL spells it otherwise. */
export function rewriteType(type: TypeName, rewrite: Rewrite): void {
  const translated = postgresType(type, rewrite)
  if (translated !== undefined) rewrite.draft.replace(type, translated)
}

/** The type in PostgreSQL's spelling; undefined when it is the one that was written. */
export function postgresType(type: TypeName, rewrite: Rewrite): string | undefined {
  if (type.quoted) return ownType(type, rewrite)
  if (missing.has(type.name)) throw unimplemented(`the type ${type.name.toUpperCase()}`)
  if (unknown.has(type.name)) throw new SqlError(sqlState.undefined_object, `type "${type.name}" does not exist`)
  const name = postgresTypeName(type.name, rewrite)
  if (name === undefined) return undefined
  const array = type.array ? '[]' : ''
  if (type.name === 'string' && type.modifiers.length > 0) return `varchar(${type.modifiers.join(', ')})${array}`
  return `${name}${array}`
}

/** PostgreSQL's name of a built-in type, where it is another than CockroachDB's. */
export function postgresTypeName(name: string, rewrite: Rewrite): string | undefined {
  const known = renamed.get(name)
  const isDefaultSize = known === 'int8' && name !== 'int64'
  return isDefaultSize && rewrite.variable('default_int_size') === '4' ? 'int4' : known
}

/** A user's type that is qualified by the current database loses that part, which PostgreSQL does not know for types. */
function ownType(type: TypeName, rewrite: Rewrite): string | undefined {
  const dots = Array.from({ length: type.end - type.start }, (_, at) => rewrite.token(type.start + at)).filter(
    token => token.text === '.',
  ).length
  const { catalog, session } = rewrite.context
  if (dots === 0 || rewrite.token(type.start).value !== session.database) return undefined
  const rest = rewrite.draft.plain({ start: type.start + 2, end: type.end })
  if (dots === 2) return rest
  return catalog.schemas.has(session.database) ? undefined : `public.${rest}`
}
