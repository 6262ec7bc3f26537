import type { CerciPool } from '../cerci-pool.js'
import { asError, callBackWith } from '../settle.js'
import type { PooledClient } from './pooled-client.js'

/** Runs a query object of another library on a connection of its own, which comes back when the query has called back. */
export function runForeign(
  pool: CerciPool,
  query: unknown,
  values: unknown,
  done: CallableFunction | undefined,
): unknown {
  const result = runOnOwnClient(pool, query, values)
  if (done === undefined) return result
  void callBackWith(result, done)
  return undefined
}

async function runOnOwnClient(pool: CerciPool, query: unknown, values: unknown): Promise<unknown> {
  const client = await pool.acquire()
  try {
    return await submitted(client, query, values)
  } finally {
    client.release()
  }
}

function submitted(client: PooledClient, query: unknown, values: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    client.queryForeign(query, values, (error: unknown, result: unknown) => {
      if (error === undefined || error === null) resolve(result)
      else reject(asError(error))
    })
  })
}
