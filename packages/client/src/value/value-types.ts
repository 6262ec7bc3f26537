import { type CustomTypesConfig, TypeOverrides } from 'pg'
import { oneOf } from '../errors/option-error.js'
import { parseArray } from './array-literal.js'
import { Decimal } from './decimal.js'
import { isoLocalTimestamp, isoTimestamp, utcDate } from './timestamp.js'

/** Which JavaScript values columns become. Every choice is exact: none turns an INT8 or DECIMAL into a number. */
export interface ValueOptions {
  /** INT8, which is also what INT, SERIAL and `count(*)` are. @default 'string' */
  readonly int8?: 'string' | 'bigint' | undefined
  /** `decimal` gives `Decimal`, which refuses NaN and infinity with `CERCI_BAD_VALUE`. @default 'string' */
  readonly decimal?: 'string' | 'decimal' | undefined
  /**
   * TIMESTAMPTZ and TIMESTAMP. A `Date` has milliseconds; `string` is ISO 8601 with the database's microseconds, in UTC
   * (`2026-01-02T03:04:05.123456Z`), without the `Z` for a TIMESTAMP. Both can be sent back as a parameter.
   * @default 'date'
   */
  readonly timestamp?: 'date' | 'string' | undefined
  /** DATE: a `Date` at midnight, or `2026-01-02`. @default 'date' */
  readonly date?: 'date' | 'string' | undefined
  /**
   * The zone in which a TIMESTAMP or DATE, which have none, becomes a `Date`. node-postgres reads and writes them in the process'
   * zone; choose `utc` when the process may run in another zone than the ones that wrote.
   * @default 'local'
   */
  readonly zone?: 'local' | 'utc' | undefined
}

const choices: Readonly<Record<keyof ValueOptions, readonly string[]>> = {
  int8: ['string', 'bigint'],
  decimal: ['string', 'decimal'],
  timestamp: ['date', 'string'],
  date: ['date', 'string'],
  zone: ['local', 'utc'],
}

/**
 * Parsers for one pool or one query; node-postgres' global ones stay as they are. Arrays are parsed like their elements.
 *
 * @example
 * import { Cluster, valueTypes } from 'cerci'
 *
 * const cluster = new Cluster({
 *   connectionString: process.env.DATABASE_URL,
 *   types: valueTypes({ int8: 'bigint', timestamp: 'string' }),
 * })
 * const { rows } = await cluster.query('SELECT count(*) AS n, now() AS at')
 * // rows[0] is { n: 1n, at: '2026-01-02T03:04:05.123456Z' }
 * await cluster.close()
 */
export function valueTypes(options: ValueOptions = {}): CustomTypesConfig {
  for (const [name, allowed] of Object.entries(choices)) {
    const given: unknown = Reflect.get(options, name)
    if (given !== undefined) oneOf(given, name, allowed)
  }
  const types = new TypeOverrides()
  const parseWith = (oid: Oids, parse: (text: string) => unknown): void => {
    types.setTypeParser(oid.scalar, parse)
    types.setTypeParser(oid.array, (text: string) => parseArray(text, parse))
  }
  if (options.int8 === 'bigint') parseWith(INT8, BigInt)
  if (options.decimal === 'decimal') parseWith(NUMERIC, Decimal.parse)
  else types.setTypeParser(NUMERIC.array, (text: string) => parseArray(text, String)) // node-postgres makes floats of them
  if (options.timestamp === 'string') {
    parseWith(TIMESTAMPTZ, isoTimestamp)
    parseWith(TIMESTAMP, isoLocalTimestamp)
  } else if (options.zone === 'utc') parseWith(TIMESTAMP, utcDate)
  if (options.date === 'string') parseWith(DATE, String)
  else if (options.zone === 'utc') parseWith(DATE, utcDate)
  return types
}

interface Oids {
  readonly scalar: number
  readonly array: number
}

/** Object ids of types and of arrays of them, fixed in both databases. https://www.postgresql.org/docs/current/datatype-oid.html */
const INT8: Oids = { scalar: 20, array: 1016 }
const NUMERIC: Oids = { scalar: 1700, array: 1231 }
const TIMESTAMP: Oids = { scalar: 1114, array: 1115 }
const TIMESTAMPTZ: Oids = { scalar: 1184, array: 1185 }
const DATE: Oids = { scalar: 1082, array: 1182 }
