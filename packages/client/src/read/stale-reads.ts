import { withDefaults } from '../cluster/with-defaults.js'
import { checkOptions, knownOptions } from '../errors/known-options.js'
import { OptionError } from '../errors/option-error.js'
import type { Queryable } from '../query/queryable.js'
import type { Transaction, TransactionOptions } from '../transaction/transaction.js'
import { type AsOf, asOfExpression, duration, maxStalenessExpression, minTimestampExpression } from './as-of.js'
import { BoundedReader } from './bounded-reader.js'

/** How stale a read may be. Exactly one of the four. */
export type StaleReadOptions = FollowerRead | ExactRead | MaxStalenessRead | MinTimestampRead

interface MomentRead {
  /** `high` does not wait for transactions that are writing what is read; it pushes them. @default 'normal' */
  readonly priority?: 'normal' | 'high' | undefined
}

/** At a time that the nearest replica can surely serve, some seconds ago. https://www.cockroachlabs.com/docs/v26.2/follower-reads */
export interface FollowerRead extends MomentRead {
  readonly follower: true
}

/** At exactly this time. It is served by the nearest replica when it is at least some seconds ago. */
export interface ExactRead extends MomentRead {
  readonly exact: AsOf
}

interface BoundedRead {
  /** Only a replica near the node that was asked may answer; without a fallback the server refuses when it cannot (XCUBS). @default false */
  readonly nearestOnly?: boolean | undefined
  /** What to do with a statement that cannot be read so (more than one row, an index join): read it at exactly the bound, or throw. @default 'exact' */
  readonly fallback?: 'exact' | 'error' | undefined
}

/** As fresh as the nearest replica can serve without waiting, but no staler than this interval: `10s`. */
export interface MaxStalenessRead extends BoundedRead {
  readonly maxStaleness: string
}

/** As fresh as the nearest replica can serve without waiting, but no older than this time. */
export interface MinTimestampRead extends BoundedRead {
  readonly minTimestamp: Date | string
}

/** What can read the past: a `Cluster`. */
export interface StaleReadTarget extends Queryable {
  transaction<T>(fn: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>
}

/** The stale reads of one cluster. It remembers which statements cannot be read with bounded staleness, so that they are not tried again. */
export class StaleReads {
  readonly #cluster: StaleReadTarget
  readonly #unbounded = new Set<string>()

  constructor(cluster: StaleReadTarget) {
    this.#cluster = cluster
  }

  /** See `Cluster.staleRead`. */
  async read<T>(given: StaleReadOptions, fn: (past: Queryable) => Promise<T>): Promise<T> {
    checkStaleRead(given, fn, KINDS)
    const options = withDefaults({}, given)
    if ('follower' in options) return await this.#transaction('follower_read_timestamp()', options, fn)
    if ('exact' in options) return await this.#transaction(options.exact, options, fn)
    const bounds =
      'maxStaleness' in options
        ? {
            bounded: maxStalenessExpression(options.maxStaleness, options.nearestOnly ?? false),
            exact: asOfExpression(`-${duration(options.maxStaleness)}`),
          }
        : {
            bounded: minTimestampExpression(options.minTimestamp, options.nearestOnly ?? false),
            exact: asOfExpression(options.minTimestamp),
          }
    return await fn(new BoundedReader(this.#cluster, bounds, options.fallback ?? 'exact', this.#unbounded))
  }

  async #transaction<T>(asOf: AsOf, { priority }: MomentRead, fn: (past: Queryable) => Promise<T>): Promise<T> {
    asOfExpression(asOf) // refuse it before a connection is taken
    return await this.#cluster.transaction(fn, { readOnly: true, asOf, priority })
  }
}

const KINDS = ['follower', 'exact', 'maxStaleness', 'minTimestamp'] as const

/** Those that read one moment, in a transaction. */
export const MOMENTS = ['follower', 'exact'] as const

const momentOptions = knownOptions<FollowerRead & ExactRead>(
  'staleRead() of an ORM',
  { follower: true, exact: true, priority: true },
  {
    maxStaleness: 'use cluster.staleRead() with what the ORM compiles: a bounded read is a single statement',
    minTimestamp: 'use cluster.staleRead() with what the ORM compiles: a bounded read is a single statement',
    asOf: 'write exact',
  },
)

const staleReadOptions = knownOptions<FollowerRead & ExactRead & MaxStalenessRead & MinTimestampRead>(
  'staleRead()',
  {
    follower: true,
    exact: true,
    maxStaleness: true,
    minTimestamp: true,
    priority: true,
    nearestOnly: true,
    fallback: true,
  },
  { asOf: 'write exact' },
)

/** @throws OptionError when it is called in another way, or would ignore an option */
export function checkStaleRead(options: unknown, fn: unknown, kinds: typeof KINDS | typeof MOMENTS): void {
  if (typeof options !== 'object' || options === null)
    throw new OptionError('staleRead', 'its options come first: staleRead({ follower: true }, async past => { … })')
  if (typeof fn !== 'function') throw new OptionError('fn', 'it must be a function, which gets what reads the past')
  checkOptions(options, kinds === KINDS ? staleReadOptions : momentOptions)
  const given = kinds.filter(kind => Reflect.get(options, kind) !== undefined)
  if (given.length !== 1) {
    throw new OptionError(
      'staleRead',
      `exactly one of ${kinds.join(', ')} is needed, not ${given.join(' and ') || 'none'}`,
    )
  }
  if (given[0] === 'follower' && Reflect.get(options, 'follower') !== true)
    throw new OptionError('follower', 'it must be true; for the present, read without staleRead()')
}
