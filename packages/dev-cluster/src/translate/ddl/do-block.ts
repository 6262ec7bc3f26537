import { printString } from '@cerci/sql'
import { joinSql, plainText, type SqlText, sql } from '../rewrite/sql-text.js'

/** Several statements as one: PL/pgSQL runs them in one go, and in one transaction. One alone stays as it is. */
export function asOneStatement(statements: readonly (SqlText | string)[]): SqlText {
  const [only, second] = statements
  if (only !== undefined && second === undefined) return sql`${only}`
  return doBlock(sql`${joinSql(statements, '; ')};`)
}

/** A DO block around PL/pgSQL statements, each of which ends with a semicolon. */
export function doBlock(body: SqlText | string): SqlText {
  const fence = dollarFence(plainText(body))
  return sql`DO ${fence} BEGIN ${body} END ${fence}`
}

/** Runs the statements only when the condition holds, else says that the object is there already, as IF NOT EXISTS does. */
export function unlessExists(exists: string, message: string, statements: readonly (SqlText | string)[]): SqlText {
  return doBlock(
    sql`IF ${exists} THEN RAISE NOTICE USING MESSAGE = ${printString(message)}; ELSE ${joinSql(statements, '; ')}; END IF;`,
  )
}

/** A statement inside a DO block that sends a notice. */
export function raiseNotice(message: string, hint?: string): string {
  return `RAISE NOTICE USING MESSAGE = ${printString(message)}${hint === undefined ? '' : `, HINT = ${printString(hint)}`}`
}

/** A statement that does nothing but send a notice. */
export function noticeOnly(message: string): SqlText {
  return doBlock(`${raiseNotice(message)};`)
}

function dollarFence(body: string): string {
  let fence = '$cerci$'
  for (let number = 1; body.includes(fence); number++) fence = `$cerci${number}$`
  return fence
}
