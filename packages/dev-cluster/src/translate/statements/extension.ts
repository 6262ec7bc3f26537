import type { NodeOf } from '@cerci/sql'
import { noticeOnly } from '../ddl/do-block.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { unimplemented } from '../unimplemented.js'
import type { Outcome } from './outcome.js'

/** Extensions whose functions CockroachDB has built in: creating them does nothing. */
const builtIn: ReadonlySet<string> = new Set([
  'citext',
  'fuzzystrmatch',
  'ltree',
  'pg_trgm',
  'pgcrypto',
  'postgis',
  'uuid-ossp',
  'vector',
])

export function translateExtension(node: NodeOf<'plain'>, rewrite: Rewrite): Outcome {
  let index = node.start + 2
  while (['if', 'not', 'exists'].includes(rewrite.token(index).value)) index++
  const name = rewrite.token(index).value
  if (!builtIn.has(name)) throw unimplemented(`extension "${name}"`)
  return { kind: 'other', tag: 'CREATE EXTENSION', sql: noticeOnly(`extension "${name}" is built in`) }
}
