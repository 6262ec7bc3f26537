import { fromServer } from '../errors/from-server.js'
import { checkOptions, knownOptions } from '../errors/known-options.js'
import { OptionError } from '../errors/option-error.js'
import { isStopped } from '../errors/query-errors.js'
import { AmbiguousCommitError } from '../errors/transaction-errors.js'
import { readSignal, readTimeoutMs } from '../query/limits.js'
import { type QueryRequest, readQueryArguments } from '../query/query-request.js'
import { scopedTimeoutMs } from '../query/query-timeout-scope.js'
import type { CerciQueryConfig } from '../query/queryable.js'
import { RunningBatch } from '../query/running-batch.js'
import { readStatement } from '../query/statement.js'
import type { StatementResult } from '../query/statement-result.js'
import { classify, isRetryable } from '../retry/classify.js'
import { RetryBudget } from '../retry/retry-budget.js'
import { observeRetry, pause } from '../retry/retry-loop.js'
import type { CerciPool } from './cerci-pool.js'
import { type Limits, runLimited } from './connection/limited-query.js'
import { batchText, observeBatch } from './connection/observe-statement.js'
import type { PooledClient } from './connection/pooled-client.js'
import { UnitLimit } from './connection/unit-limit.js'
import { inDoubt } from './in-doubt.js'
import { nodeAddress } from './nodes/node-address.js'
import { asError } from './settle.js'

/** A statement of a batch. Limits and idempotence are the batch's. */
export type BatchStatement = string | Omit<CerciQueryConfig, 'name' | 'signal' | 'timeoutMs' | 'idempotent'>

/** What may be said about a batch as a whole. */
export type BatchOptions = Pick<CerciQueryConfig, 'signal' | 'timeoutMs' | 'idempotent'>

const batchOptions = knownOptions<BatchOptions>('batch()', { signal: true, timeoutMs: true, idempotent: true })

/** Statements that were checked, and whether all of them only read. */
export interface Batch {
  readonly requests: readonly QueryRequest[]
  readonly kind: 'read' | 'write'
}

/**
 * Reads the statements of a batch.
 *
 * @throws OptionError for what cannot be part of one transaction with others: several statements in one text, transaction control, schema changes
 */
export function readBatch(statements: readonly BatchStatement[]): Batch {
  if (!Array.isArray(statements)) throw new OptionError('batch', 'it must be an array of statements')
  const requests = statements.map(statement => readQueryArguments(statement, undefined))
  const kinds = requests.map(({ text }, at) => {
    const { kind, several } = readStatement(text)
    if (several) throw new OptionError(`batch[${at}]`, 'it holds several statements; give each by itself')
    if (kind !== 'read' && kind !== 'write')
      throw new OptionError(`batch[${at}]`, 'a batch takes reads and writes; run other statements by themselves')
    return kind
  })
  return { requests, kind: kinds.includes('write') ? 'write' : 'read' }
}

/** Sends a batch of a transaction on its connection, within the time limit of a statement. */
export function sendBatch(client: PooledClient, batch: Batch): Promise<StatementResult[]> {
  return sendLimited(client, batch, {
    signal: undefined,
    timeoutMs: scopedTimeoutMs() ?? client.context.queryTimeoutMs,
  })
}

function sendLimited(client: PooledClient, { requests, kind }: Batch, limits: Limits): Promise<StatementResult[]> {
  return new Promise((resolve, reject) => {
    runLimited<StatementResult[]>(
      client,
      limits,
      (error, results = []) => (error === undefined ? resolve(results) : reject(asError(error))),
      done => {
        const running = new RunningBatch(client, requests, kind, observeBatch(client, requests, done))
        client.answerNext(running)
        return running
      },
    )
  })
}

/** Runs a batch outside of transactions: as one implicit transaction, again where that is safe, as a lone statement is. */
export async function runBatch(pool: CerciPool, batch: Batch, options: BatchOptions): Promise<StatementResult[]> {
  checkOptions(options, batchOptions)
  if (batch.requests.length === 0) return []
  const { observers, settings } = pool.connections
  const limit = new UnitLimit(
    readSignal(options.signal),
    readTimeoutMs(options.timeoutMs) ?? scopedTimeoutMs() ?? settings.queryTimeoutMs,
  )
  const budget = new RetryBudget(settings.transaction)
  const safe = options.idempotent === true || batch.kind === 'read'
  let doubt: unknown
  const run = async (): Promise<StatementResult[]> => {
    for (;;) {
      const client = await pool
        .acquire({ signal: limit.signal, begun: true })
        .catch((e: unknown) => limit.rethrow(e, 'not-executed'))
      const outcome = await sendLimited(client, batch, limit).then(
        results => ({ results }),
        (error: unknown) => ({ error }),
      )
      client.release()
      if ('results' in outcome) return outcome.results
      const { error } = outcome
      const failure = classify(error)
      if (failure.kind === 'ambiguous' && !safe) {
        if (observers.active) observers.ambiguous({ kind: 'query', node: nodeAddress(client), error })
        throw new AmbiguousCommitError('The batch', error)
      }
      if (failure.kind === 'ambiguous' && batch.kind === 'write') doubt ??= error
      if (isStopped(error)) throw error
      if (!isRetryable(failure.kind) && failure.kind !== 'ambiguous') throw fromServer(error)
      const failed = budget.attempt
      const delayMs = budget.next(failure, error)
      observeRetry(observers, 'query', failure, error, failed, delayMs)
      await pause(delayMs, limit.signal).catch((stopped: unknown) => limit.rethrow(stopped, 'aborted'))
    }
  }
  // What fails after an ambiguous run does not tell whether that one had its effect.
  const work = (): Promise<StatementResult[]> =>
    pool.runUnit(run).catch((error: unknown) => {
      throw doubt === undefined ? error : inDoubt('The batch', doubt, error)
    })
  if (!observers.active) return await work()
  const text = batchText(batch.requests)
  return await observers.unit({ kind: 'query', text, database: settings.database }, () => budget.attempt, work)
}
