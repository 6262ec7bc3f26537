import type pg from 'pg'
import type { Queryable } from '../query/queryable.js'
import type { Transaction } from '../transaction/transaction.js'
import { printArray } from '../value/array-literal.js'
import { type Batch, batches, type EncodedRow } from './batches.js'
import { BulkWriteError } from './bulk-errors.js'
import type { BulkLimits, BulkOptions } from './bulk-options.js'
import type { BulkFailure, BulkReport } from './bulk-report.js'
import type { Column } from './columns.js'
import { landEach } from './land.js'

/** How the rows of one bulk write become statements. */
export interface BulkPlan {
  /** Takes one array parameter per column. */
  readonly text: string
  readonly columns: readonly Column[]
  /** Whether a row must have exactly these columns. */
  readonly exact: boolean
  /** Columns that identify a row; two rows of a batch must differ in them. Empty where rows may repeat. */
  readonly key: readonly string[]
  /** Running the statement twice does what running it once does. */
  readonly idempotent: boolean
}

/** Writes all rows of the source in batches, several at once, and says what happened. */
export async function runBulk<Row extends object, Returned extends pg.QueryResultRow>(
  db: Queryable,
  source: AsyncIterable<Row>,
  plan: BulkPlan,
  options: BulkOptions<Row, Returned>,
  limits: BulkLimits,
): Promise<BulkReport<Row, Returned>> {
  const run = new BulkRun(db, plan, options, limits)
  const queue = batches(source, { ...plan, ...limits })
  try {
    await Promise.all(Array.from({ length: limits.parallel }, () => run.write(queue)))
    return run.report
  } catch (error) {
    await run.settled()
    queue.return().catch(() => undefined) // not awaited: the source may be waiting for something that never comes
    throw new BulkWriteError(run.report, error)
  }
}

class BulkRun<Row extends object, Returned extends pg.QueryResultRow> {
  readonly #db: Queryable
  readonly #plan: BulkPlan
  readonly #options: BulkOptions<Row, Returned>
  readonly #limits: BulkLimits
  readonly #underWay = new Set<Promise<void>>()
  readonly #failures: BulkFailure<Row>[] = []
  readonly #returned: Returned[] = []
  #rows = 0
  #written = 0
  #batches = 0
  #failedRows = 0
  #stopped = false

  constructor(db: Queryable, plan: BulkPlan, options: BulkOptions<Row, Returned>, limits: BulkLimits) {
    this.#db = db
    this.#plan = plan
    this.#options = options
    this.#limits = limits
  }

  get report(): BulkReport<Row, Returned> {
    return {
      rows: this.#rows,
      written: this.#written,
      batches: this.#batches,
      failures: this.#failures,
      returned: this.#returned,
    }
  }

  /** Takes batches until there are none, or until one failed. */
  async write(queue: AsyncGenerator<Batch<Row>, void, undefined>): Promise<void> {
    try {
      while (!this.#stopped) {
        this.#options.signal?.throwIfAborted()
        const next = await queue.next()
        if (next.done === true || this.#stopped) return
        const written = this.#writeBatch(next.value)
        this.#underWay.add(written)
        await written.finally(() => this.#underWay.delete(written))
        this.#options.onProgress?.(this.report)
      }
    } catch (error) {
      this.#stopped = true
      throw error
    }
  }

  /** Waits for the batches under way, so that the report is final. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay)
    this.#failures.sort((a, b) => a.index - b.index)
  }

  async #writeBatch(batch: Batch<Row>): Promise<void> {
    this.#rows += batch.rows.length + batch.refused.length
    const isolate = this.#options.onError === 'isolate'
    for (const { row, index, error } of batch.refused) {
      this.#failures.push({ index, rows: [row], error })
      if (!isolate) this.#giveUp(batch.rows, error)
      this.#countFailure(error)
    }
    if (batch.rows.length === 0) return
    let settled = 0
    const returned: Returned[] = []
    const land = async (rows: readonly EncodedRow<Row>[]): Promise<void> => {
      const result = await this.#land(rows, isolate)
      settled += rows.length
      this.#batches++
      this.#written += result.rowCount ?? 0
      for (const row of this.#options.returning ? result.rows : []) returned.push(row)
    }
    const refuse = ({ row, index }: EncodedRow<Row>, error: unknown): void => {
      this.#failures.push({ index, rows: [row], error })
      settled++
      this.#countFailure(error)
    }
    try {
      await (isolate ? landEach(batch.rows, land, refuse) : land(batch.rows))
    } catch (error) {
      if (settled > 0) await this.#giveBack(returned).catch(() => undefined) // the rows' own error is the one to report
      this.#giveUp(batch.rows.slice(settled), error)
    }
    // Behind the verdict on the rows, because they are written, whatever `onReturned` throws.
    await this.#giveBack(returned)
  }

  async #giveBack(returned: Returned[]): Promise<void> {
    if (!this.#options.returning) return
    if (this.#options.onReturned) await this.#options.onReturned(returned)
    else for (const row of returned) this.#returned.push(row)
  }

  async #land(rows: readonly EncodedRow<Row>[], isolate: boolean): Promise<pg.QueryResult<Returned>> {
    const send = (db: Queryable): Promise<pg.QueryResult<Returned>> => {
      const { text, idempotent, columns } = this.#plan
      const values = columns.map((_, column) => printArray(rows.map(row => row.fields[column] ?? null)))
      return db.query<Returned>({ text, values, idempotent, signal: this.#options.signal })
    }
    return await (isolate && isTransaction(this.#db) ? this.#db.savepoint(send) : send(this.#db))
  }

  #countFailure(error: unknown): void {
    if (++this.#failedRows > this.#limits.maxFailedRows) throw error
  }

  #giveUp(rows: readonly EncodedRow<Row>[], error: unknown): never {
    const [first] = rows
    if (first) this.#failures.push({ index: first.index, rows: rows.map(({ row }) => row), error })
    throw error
  }
}

export function isTransaction(db: Queryable): db is Transaction {
  return 'savepoint' in db
}
