import { OptionError } from '../errors/option-error.js'
import type { Observer, StatementEnd, StatementStart } from '../query/observer.js'
import { errorCodes } from '../retry/error-chain.js'
import { fingerprint } from '../statement/fingerprint.js'
import { TextCache } from '../statement/text-cache.js'

/** A statement that took long, fit for a log: without its constants, and of its parameters only the kinds. */
export interface SlowQuery {
  /** The statement without its constants. */
  readonly statement: string
  readonly durationMs: number
  /** Rows returned or changed; undefined after an error. */
  readonly rows: number | undefined
  /** SQLSTATE or error code, when it failed. */
  readonly code: string | undefined
  /** What the parameters were, such as `string`, `number`, `null`, `Date`, `array(3)`, `bytes(16)`. */
  readonly parameters: readonly string[]
  /** `host:port` */
  readonly node: string | undefined
  readonly region: string | undefined
  readonly database: string | undefined
  readonly inTransaction: boolean
}

export interface SlowQueryOptions {
  /** Milliseconds from which a statement counts as slow. @default 200 */
  readonly thresholdMs?: number | undefined
  /** Takes what is to be logged, such as `entry => log.warn(entry, 'slow query')`. */
  readonly log: (entry: SlowQuery) => void
}

/** What is watched: a `Cluster`. */
export interface SlowQuerySource {
  observe(observer: Observer): () => void
}

/**
 * Reports statements that take long on a node, waiting for a connection not included. No constant and no parameter is ever part of a report.
 *
 * @returns What ends the watching.
 *
 * @example
 * import { Cluster, logSlowQueries } from 'cerci'
 *
 * const cluster = new Cluster({ connectionString: process.env.DATABASE_URL })
 * const stop = logSlowQueries(cluster, { thresholdMs: 100, log: entry => console.warn(JSON.stringify(entry)) })
 * await cluster.query("SELECT pg_sleep(0.2), 'secret'") // {"statement":"SELECT pg_sleep(_), _","durationMs":201.3,…}
 * stop()
 * await cluster.close()
 */
export function logSlowQueries(source: SlowQuerySource, options: SlowQueryOptions): () => void {
  const { thresholdMs = 200, log } = options
  if (!(thresholdMs >= 0)) throw new OptionError('thresholdMs', `${thresholdMs} is not a number of milliseconds`)
  const fingerprints = new TextCache(fingerprint)
  return source.observe({
    statement: start => end => {
      if (end.durationMs >= thresholdMs) log(report(fingerprints.of(start.text), start, end))
    },
  })
}

function report(statement: string, start: StatementStart, end: StatementEnd): SlowQuery {
  return {
    statement,
    durationMs: Math.round(end.durationMs * 10) / 10,
    rows: end.rowCount,
    code: end.error === undefined ? undefined : (errorCodes(end.error)[0] ?? 'unknown'),
    parameters: (start.values ?? []).map(kindOf),
    node: start.node && `${start.node.host}:${start.node.port}`,
    region: start.node?.region,
    database: start.database,
    inTransaction: start.inTransaction,
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return `array(${value.length})`
  if (ArrayBuffer.isView(value)) return `bytes(${value.byteLength})`
  if (value instanceof Date) return 'Date'
  return typeof value
}
