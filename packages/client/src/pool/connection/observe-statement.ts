import type { Observers, StatementEnd } from '../../query/observer.js'
import type { QueryRequest } from '../../query/query-request.js'
import type { BatchDone } from '../../query/running-batch.js'
import type { QueryDone } from '../../query/running-query.js'
import { nodeAddress } from '../nodes/node-address.js'
import type { PooledClient } from './pooled-client.js'

/** Tells observers that a statement starts, and, before its caller hears of it, how it ended. */
export function observeStatement(
  observers: Observers,
  client: PooledClient,
  request: QueryRequest,
  name: string | undefined,
  done: QueryDone,
): QueryDone {
  if (!observers.active) return done
  const end = startOf(observers, client, request.text, request.values, name)
  return (error, result) => {
    const last = Array.isArray(result) ? result.at(-1) : result
    end(error, last?.rowCount ?? undefined)
    done(error, result)
  }
}

/** The same for a batch. To observers it is one statement with several texts, as one round trip is all that can be timed. */
export function observeBatch(client: PooledClient, requests: readonly QueryRequest[], done: BatchDone): BatchDone {
  const { observers } = client.context
  if (!observers.active) return done
  const values = requests.flatMap(request => request.values ?? [])
  const end = startOf(observers, client, batchText(requests), values, undefined)
  return (error, results) => {
    const rows = results.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0)
    end(error, error === undefined ? rows : undefined)
    done(error, results)
  }
}

export function batchText(requests: readonly QueryRequest[]): string {
  return requests.map(request => request.text).join('; ')
}

function startOf(
  observers: Observers,
  client: PooledClient,
  text: string,
  values: readonly unknown[] | undefined,
  name: string | undefined,
): (error: unknown, rowCount: StatementEnd['rowCount']) => void {
  const startedAt = performance.now()
  const end = observers.statement({
    text,
    values,
    name,
    node: nodeAddress(client),
    database: client.database,
    inTransaction: client.getTransactionStatus() === 'T',
  })
  return (error, rowCount) => end({ durationMs: performance.now() - startedAt, rowCount, error })
}
