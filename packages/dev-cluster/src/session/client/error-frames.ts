import { ErrorField, type ErrorFields, ProtocolViolation, serializeBackend } from '@cerci/wire'
import type { ErrorContext } from '../../errors/postgres-error.js'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { translateError } from '../../errors/translate-error.js'
import { BackendLost } from '../backend/backend.js'
import type { ExchangeError } from '../backend/exchange.js'
import { type Expected, QUERY_SEPARATOR } from '../backend/segment.js'
import type { Statement } from '../statement/statement.js'

/** The ErrorResponse of an error that the gateway found itself. */
export function sqlErrorFrame(error: SqlError, severity: 'ERROR' | 'FATAL' = 'ERROR'): Buffer {
  const fields = new Map([
    ['S', severity],
    ['V', severity],
    ['C', error.code],
    ['M', error.message],
  ])
  if (error.detail !== undefined) fields.set('D', error.detail)
  if (error.hint !== undefined) fields.set('H', error.hint)
  if (error.position !== undefined) fields.set('P', String(error.position))
  return serializeBackend({ name: 'ErrorResponse', fields })
}

/** A notice of the gateway's own. */
export function noticeFrame(message: string, severity: 'NOTICE' | 'WARNING' = 'NOTICE', code = '00000'): Buffer {
  const fields = new Map([
    ['S', severity],
    ['V', severity],
    ['C', code],
    ['M', message],
  ])
  return serializeBackend({ name: 'NoticeResponse', fields })
}

/** The ErrorResponse for an error of PostgreSQL's, as CockroachDB would put it, its position in the client's own text. */
export function exchangeErrorFrame(
  error: ExchangeError,
  expected: readonly Expected[],
  { catalog, user }: Pick<ErrorContext, 'catalog' | 'user'>,
): Buffer {
  return serializeBackend({ name: 'ErrorResponse', fields: exchangeErrorFields(error, expected, { catalog, user }) })
}

/** As {@link exchangeErrorFrame}, for an error that the session's own backend has not seen. */
export function exchangeSqlError(
  error: ExchangeError,
  expected: readonly Expected[],
  context: Pick<ErrorContext, 'catalog' | 'user'>,
): SqlError {
  const fields = exchangeErrorFields(error, expected, context)
  const [detail, hint, position] = ['D', 'H', 'P'].map(letter => fields.get(letter))
  return new SqlError(fields.get('C') ?? sqlState.internal_error, fields.get('M') ?? '', {
    ...(detail !== undefined && { detail }),
    ...(hint !== undefined && { hint }),
    ...(position !== undefined && { position: Number(position) }),
  })
}

function exchangeErrorFields(
  error: ExchangeError,
  expected: readonly Expected[],
  { catalog, user }: Pick<ErrorContext, 'catalog' | 'user'>,
): ErrorFields {
  const { statement, offset } = failedStatement(error, expected)
  const fields = withPosition(error.fields, statement, offset)
  return translateError(fields, { catalog, statement: statement?.text ?? '', ...(user !== undefined && { user }) })
}

/** The statement that an error is about, and where its SQL begins in what PostgreSQL was sent. */
function failedStatement(
  error: ExchangeError,
  expected: readonly Expected[],
): { statement: Statement | undefined; offset: number } {
  const reply = expected[error.answered]
  if (reply?.kind !== 'query') return { statement: reply?.statement, offset: 0 }
  const before = reply.statements.slice(0, error.completedStatements)
  const offset = before.reduce((sum, { translation }) => sum + codePoints(translation.sql) + QUERY_SEPARATOR.length, 0)
  // A syntax error is found before anything runs, so the position tells more than the number of statements that ended.
  const position = Number(error.fields.get('P') ?? 0)
  if (position <= offset && position > 0) return locate(reply.statements, position)
  return { statement: reply.statements[error.completedStatements] ?? reply.statements.at(-1), offset }
}

function locate(
  statements: readonly Statement[],
  position: number,
): { statement: Statement | undefined; offset: number } {
  let offset = 0
  for (const statement of statements) {
    const length = codePoints(statement.translation.sql)
    if (position <= offset + length) return { statement, offset }
    offset += length + QUERY_SEPARATOR.length
  }
  return { statement: undefined, offset: 0 }
}

function withPosition(fields: ErrorFields, statement: Statement | undefined, offset: number): ErrorFields {
  const position = Number(fields.get('P') ?? 0)
  if (position === 0 || statement === undefined) return fields
  const own = position - offset
  const mapped = statement.translation.position?.(own) ?? own
  return new Map([...fields, ['P', String(mapped)]])
}

/** PostgreSQL counts characters, not UTF-16 units. */
function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

/** What a client is told before its connection is closed because of an error. */
export function failureFrame(
  error: unknown,
  { user, log }: { readonly user: string; readonly log: (line: string) => void },
): Buffer {
  if (error instanceof BackendLost) return lostFrame(error, user)
  if (error instanceof SqlError) return sqlErrorFrame(error)
  if (error instanceof ProtocolViolation) {
    return sqlErrorFrame(new SqlError(sqlState.protocol_violation, error.message), 'FATAL')
  }
  log(error instanceof Error ? (error.stack ?? error.message) : String(error))
  const hint = 'This is a bug of the dev cluster; its log says more.'
  return sqlErrorFrame(new SqlError(sqlState.internal_error, `internal error: ${String(error)}`, { hint }), 'FATAL')
}

/** PostgreSQL has refused or ended the connection. */
function lostFrame({ fields }: BackendLost, user: string): Buffer {
  if (fields === undefined) {
    return sqlErrorFrame(
      new SqlError(sqlState.internal_error, 'the embedded PostgreSQL has ended the session'),
      'FATAL',
    )
  }
  if (fields.get(ErrorField.Code) === sqlState.invalid_authorization) return sqlErrorFrame(unknownUser(user))
  return serializeBackend({
    name: 'ErrorResponse',
    fields: translateError(fields, { catalog: undefined, statement: '' }),
  })
}

/** As CockroachDB answers when it does not know a user: like a wrong password. */
export function unknownUser(user: string): SqlError {
  return new SqlError(sqlState.invalid_authorization, `password authentication failed for user ${user}`)
}

/** CockroachDB's answer to a database that does not exist. */
export function unknownDatabase(name: string): SqlError {
  return new SqlError(sqlState.invalid_catalog_name, `database "${name}" does not exist`)
}
