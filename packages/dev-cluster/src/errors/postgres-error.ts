import type { CatalogSnapshot } from '../catalog/snapshot.js'
import { clientIndexName } from './client-index-name.js'

/** What translation may consult beside the error itself. */
export interface ErrorContext {
  readonly catalog: CatalogSnapshot | undefined
  /** The statement as the client wrote it. */
  readonly statement: string
  /** Who runs it; named in errors about privileges. */
  readonly user?: string
}

/**
 * A PostgreSQL error by the fields of its ErrorResponse,
 * https://www.postgresql.org/docs/18/protocol-error-fields.html. Absent fields are ''.
 */
export interface PostgresError {
  readonly code: string
  readonly message: string
  readonly detail: string
  readonly hint: string
  /** Where it happened, as text: a bound parameter, a PL/pgSQL line. */
  readonly where: string
  readonly schema: string
  readonly table: string
  readonly column: string
  /** As the client knows it. */
  readonly constraint: string
  /** Name of the C function that raised it: the only mark of what happened that PostgreSQL keeps stable between languages. */
  readonly routine: string
  /** The names in double quotes in the message, in order. For names that PostgreSQL puts in no field. */
  readonly names: readonly string[]
}

/** What CockroachDB says instead. Without `detail` and `hint` there are none. */
export interface CockroachError {
  /** SQLSTATE, where it differs from PostgreSQL's. */
  readonly code?: string
  readonly message: string
  readonly detail?: string
  readonly hint?: string
}

/**
 * One difference between the two databases' errors. The rule applies to the SQLSTATE, and only to the routines
 * given, if any; `translate` may still return undefined to leave an error to the next rule.
 */
export interface ErrorRule {
  readonly code: string
  readonly routines?: readonly string[]
  readonly translate: (error: PostgresError, context: ErrorContext) => CockroachError | undefined
}

/** Reads the fields of an ErrorResponse. */
export function parsePostgresError(fields: ReadonlyMap<string, string>): PostgresError {
  const field = (letter: string) => fields.get(letter) ?? ''
  const constraint = clientIndexName(field('n'))
  const message = constraint === '' ? field('M') : field('M').replace(`"${field('n')}"`, () => `"${constraint}"`)
  return {
    code: field('C'),
    message,
    detail: field('D'),
    hint: field('H'),
    where: field('W'),
    schema: field('s'),
    table: field('t'),
    column: field('c'),
    constraint,
    routine: field('R'),
    names: Array.from(message.matchAll(/"((?:[^"]|"")*)"/g), ([, name = '']) => name),
  }
}
