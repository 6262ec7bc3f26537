import type pg from 'pg'
import { OptionError } from '../errors/option-error.js'
import type { Queryable } from '../query/queryable.js'
import { quoteIdentifier, tableName } from '../statement/identifier.js'
import { VersionConflictError } from './version-conflict-error.js'

export interface VersionedUpdate {
  /** As written in SQL: `articles`, `public.articles`. */
  readonly table: string
  /** Columns and values that say which row: its primary key. */
  readonly key: Readonly<Record<string, unknown>>
  /** The version that was read with the row. */
  readonly version: number | bigint | string
  /** Columns and their new values. */
  readonly set: Readonly<Record<string, unknown>>
  /** The integer column that counts the changes of a row. @default 'version' */
  readonly versionColumn?: string | undefined
}

/**
 * Changes a row only if it still has the version that the change is based on, and counts the version up; otherwise throws `VersionConflictError`
 * and changes nothing. An integer is used because a time is no version: databases keep microseconds, and a `Date` milliseconds.
 *
 * @returns The changed row, all of its columns.
 *
 * @example
 * import { Cluster, updateVersioned, VersionConflictError } from 'cerci'
 *
 * const cluster = new Cluster({ connectionString: process.env.DATABASE_URL })
 * await cluster.query('CREATE TABLE IF NOT EXISTS articles (id INT8 PRIMARY KEY, body STRING, version INT8 NOT NULL DEFAULT 1)')
 * await cluster.query("UPSERT INTO articles VALUES (1, 'draft', 1)")
 *
 * const change = { table: 'articles', key: { id: 1 }, version: 1, set: { body: 'final' } }
 * const article = await updateVersioned(cluster, change) // { id: '1', body: 'final', version: '2' }
 * await updateVersioned(cluster, change).catch(error => {
 *   if (error instanceof VersionConflictError) console.log(`somebody was faster: version ${error.actual}`, article)
 * })
 * await cluster.close()
 */
export async function updateVersioned<Row extends pg.QueryResultRow = pg.QueryResultRow>(
  db: Queryable,
  update: VersionedUpdate,
): Promise<Row> {
  const table = tableName(update.table)
  const version = quoteIdentifier(update.versionColumn ?? 'version')
  const expected = versionNumber(update.version)
  const set = Object.entries(update.set)
  const key = Object.entries(update.key)
  if (set.length === 0) throw new OptionError('set', 'there is nothing to change')
  if (key.length === 0) throw new OptionError('key', 'it is empty, so that every row would be meant')
  if (set.some(([name]) => quoteIdentifier(name) === version))
    throw new OptionError('set', 'the version counts by itself')

  const values = [expected.toString(), ...key.map(([, value]) => value)]
  const matches = key.map(([name], index) => `${quoteIdentifier(name)} = $${index + 2}`).join(' AND ')
  const assignments = set.map(([name, value]) => `${quoteIdentifier(name)} = $${values.push(value)}`)
  const { rows } = await db.query<Row>(
    `UPDATE ${table} SET ${assignments.join(', ')}, ${version} = ${version} + 1 WHERE ${matches} AND ${version} = $1 RETURNING *`,
    values,
  )
  const [changed] = rows
  if (changed) return changed

  const current = await db.query<{ version: string | null }>(
    `SELECT ${version}::text AS version FROM ${table} WHERE ${key.map(([name], index) => `${quoteIdentifier(name)} = $${index + 1}`).join(' AND ')}`,
    key.map(([, value]) => value),
  )
  const [row] = current.rows
  const actual = row?.version ?? undefined
  throw new VersionConflictError(update.table, expected, actual === undefined ? undefined : BigInt(actual))
}

function versionNumber(version: number | bigint | string): bigint {
  if (typeof version === 'number' && !Number.isSafeInteger(version)) {
    throw new OptionError('version', 'it is not an exact integer; use a bigint or a string')
  }
  if (typeof version === 'string' && !/^-?\d{1,19}$/.test(version))
    throw new OptionError('version', 'it is not an integer')
  return BigInt(version)
}
