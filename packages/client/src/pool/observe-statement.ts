import type { Observers } from '../query/observer.js'
import type { QueryRequest } from '../query/query-request.js'
import type { QueryDone } from '../query/running-query.js'
import { nodeAddress } from './node-address.js'
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
  const startedAt = performance.now()
  const end = observers.statement({
    text: request.text,
    values: request.values,
    name,
    node: nodeAddress(client),
    database: client.database,
    inTransaction: client.getTransactionStatus() === 'T',
  })
  return (error, result) => {
    const last = Array.isArray(result) ? result.at(-1) : result
    end({ durationMs: performance.now() - startedAt, rowCount: last?.rowCount ?? undefined, error })
    done(error, result)
  }
}
