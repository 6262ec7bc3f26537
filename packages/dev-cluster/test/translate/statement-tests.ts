import { expect, test } from 'vitest'
import type { TranslateSession } from './translate-session.js'

/** A statement of CockroachDB with what it becomes and what it answers. They run in order, on one session. */
export interface StatementCase {
  readonly run: string
  readonly values?: readonly unknown[]
  /** PostgreSQL's statement; `same` when it is the client's, byte for byte. */
  readonly sql?: string
  /** Rows as psql -At prints them. */
  readonly rows?: readonly string[]
  /** Columns as `name:type OID`. */
  readonly columns?: readonly string[]
  /** SQLSTATE and message. */
  readonly fails?: readonly [code: string, message: string | RegExp]
}

export function testStatements(session: () => TranslateSession, cases: readonly StatementCase[]): void {
  test.each(cases)('$run', async entry => {
    expect(await observe(session(), entry)).toEqual(expected(entry))
  })
}

function expected({ run, sql, rows, columns, fails }: StatementCase): unknown {
  if (fails) return { code: fails[0], message: String(fails[1]) }
  return { ...(sql && { sql: sql === 'same' ? run : sql }), ...(rows && { rows }), ...(columns && { columns }) }
}

/** What became of the statement, as far as the case says something of it; an error when it failed. */
async function observe(session: TranslateSession, entry: StatementCase): Promise<unknown> {
  try {
    const sql = entry.sql === undefined ? undefined : await session.sql(entry.run)
    const { rows, fields } = await session.run(entry.run, entry.values)
    return {
      ...(sql && { sql }),
      ...(entry.rows && { rows: rows.map(row => row.map(value => value ?? 'NULL').join('|')) }),
      ...(entry.columns && { columns: fields.map(field => `${field.name}:${field.dataTypeID}`) }),
    }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    const wanted = entry.fails?.[1]
    const isWanted = wanted instanceof RegExp ? wanted.test(message) : wanted === message
    return { code, message: isWanted ? String(wanted) : message }
  }
}
