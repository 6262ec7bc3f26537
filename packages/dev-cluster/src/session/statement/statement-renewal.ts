import { ByteReader, ByteWriter, FrontendCode, HEADER_BYTES, serializeFrontend } from '@cerci/wire'
import { SqlError } from '../../errors/sql-error.js'
import type { Segment } from '../backend/segment.js'
import { type SessionContext, translateText } from '../session-context.js'
import type { PreparedStatement } from './prepared-statements.js'
import type { Statement } from './statement.js'
import { basisOf } from './translation-basis.js'

/**
 * A prepared statement as its text would be translated now: itself, when that is the same, and another otherwise. A text that can no
 * longer be translated leaves it as it is; PostgreSQL then says what is wrong.
 */
export function renew(
  context: SessionContext,
  prepared: PreparedStatement,
): PreparedStatement | Promise<PreparedStatement> {
  try {
    const translated = translateText(context, prepared.statement.text)
    if (!(translated instanceof Promise)) return renewedBy(context, prepared, translated)
    return translated.then(
      statements => renewedBy(context, prepared, statements),
      (error: unknown) => unchanged(prepared, error),
    )
  } catch (error) {
    return unchanged(prepared, error)
  }
}

/** Makes a statement again under its name, unseen by the client. */
export function appendRenewal(segment: Segment, name: string, renewed: PreparedStatement): void {
  segment.add(serializeFrontend({ name: 'Close', kind: 'S', object: name }))
  segment.expect({ kind: 'close', name, hidden: true })
  segment.add(renewed.parse)
  segment.expect({ kind: 'parse', name, prepared: renewed, statement: renewed.statement, hidden: true })
}

function renewedBy(
  context: SessionContext,
  prepared: PreparedStatement,
  [statement]: readonly Statement[],
): PreparedStatement {
  const { translation } = statement ?? prepared.statement
  const basis = basisOf(context, translation)
  const before = prepared.statement.translation
  const same = translation.sql === before.sql && translation.database === before.database
  if (statement === undefined || same) {
    prepared.basis = basis
    return prepared
  }
  return { statement, parse: withText(prepared.parse, translation.sql), basis }
}

function unchanged(prepared: PreparedStatement, error: unknown): PreparedStatement {
  if (error instanceof SqlError) return prepared
  throw error
}

/** A Parse message with another text. */
function withText(parse: Buffer, sql: string): Buffer {
  const body = new ByteReader(parse, HEADER_BYTES, parse.length)
  const name = body.string()
  body.string()
  return new ByteWriter(sql.length + 64)
    .begin(FrontendCode.Parse)
    .string(name)
    .string(sql)
    .bytes(body.rest())
    .end()
    .finish()
}
