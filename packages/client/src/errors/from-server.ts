import {
  CheckViolationError,
  type ConstraintDetails,
  ForeignKeyViolationError,
  NotNullViolationError,
  UniqueViolationError,
} from './constraint-errors.js'
import { LockNotAvailableError, RangeUnavailableError } from './server-errors.js'
import { SqlState } from './sqlstate.js'

/** The fields of node-postgres' DatabaseError that are read here. */
export interface ServerError extends Error {
  readonly code: string
  readonly severity?: string | undefined
  readonly detail?: string | undefined
  readonly schema?: string | undefined
  readonly table?: string | undefined
  readonly column?: string | undefined
  readonly constraint?: string | undefined
}

/**
 * The class of this package that fits a server's error, with the error as its `cause`; anything else comes back as it is.
 * `cluster.query()` and `transaction()` do this by themselves; `cluster.pool` passes node-postgres' errors on, as ORMs expect.
 *
 * @example
 * try {
 *   await cluster.pool.query('INSERT INTO users (email) VALUES ($1)', [email])
 * } catch (raw) {
 *   const error = fromServer(raw)
 *   if (error instanceof UniqueViolationError) console.log(error.table, error.columns)
 * }
 */
export function fromServer(error: unknown): unknown {
  if (!isServerError(error)) return error
  switch (error.code) {
    case SqlState.uniqueViolation:
      return new UniqueViolationError(detailsOf(error), error)
    case SqlState.foreignKeyViolation:
      return new ForeignKeyViolationError(detailsOf(error), error)
    case SqlState.checkViolation:
      return new CheckViolationError(detailsOf(error), error)
    case SqlState.notNullViolation:
      return new NotNullViolationError(detailsOf(error), error)
    case SqlState.lockNotAvailable:
      return new LockNotAvailableError(error)
    case SqlState.rangeUnavailable:
      return new RangeUnavailableError(error)
    default:
      return error
  }
}

/** Whether an error is one that a server answered with. Structural, so that errors of another copy of `pg` count. */
export function isServerError(error: unknown): error is ServerError {
  return (
    error instanceof Error &&
    'severity' in error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.length === 5
  )
}

/** CockroachDB leaves table and column fields empty where PostgreSQL fills them, and names both in message and detail instead. */
function detailsOf(error: ServerError): ConstraintDetails {
  return {
    schema: error.schema,
    table:
      error.table ??
      quotedAfter(error.message, 'on table ') ??
      quotedAfter(error.message, 'of relation ') ??
      quotedAfter(error.message, 'for relation '),
    columns: error.column === undefined ? keyColumns(error) : [error.column],
    constraint: error.constraint ?? quotedAfter(error.message, 'constraint '),
  }
}

function keyColumns(error: ServerError): string[] {
  const named = quotedAfter(error.message, 'null value in column ')
  if (named !== undefined) return [named]
  const key = error.detail?.startsWith('Key (') ? error.detail.slice('Key ('.length) : undefined
  const end = key?.indexOf(')=(') ?? -1
  return key === undefined || end === -1 ? [] : splitColumns(key.slice(0, end))
}

/** Splits `a, "B, c", lower(d, e)` at its outer commas. */
function splitColumns(list: string): string[] {
  const columns: string[] = []
  let depth = 0
  let quoted = false
  let start = 0
  for (let at = 0; at <= list.length; at++) {
    const char = list[at]
    if (char === '"') quoted = !quoted
    else if (char === '(' && !quoted) depth++
    else if (char === ')' && !quoted) depth--
    if (char === undefined || (char === ',' && depth === 0 && !quoted)) {
      columns.push(unquote(list.slice(start, at).trim()))
      start = at + 1
    }
  }
  return columns
}

function quotedAfter(text: string, words: string): string | undefined {
  const at = text.indexOf(`${words}"`)
  if (at === -1) return undefined
  const start = at + words.length + 1
  const end = text.indexOf('"', start)
  return end === -1 ? undefined : text.slice(start, end)
}

function unquote(name: string): string {
  return name.startsWith('"') && name.endsWith('"') && name.length > 1 ? name.slice(1, -1).replaceAll('""', '"') : name
}
