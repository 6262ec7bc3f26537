import type { CerciPool } from './cerci-pool.js'

/** Runs a query object of another library on a connection of its own, which comes back when the query has called back. */
export function runForeign(pool: CerciPool, query: unknown, values: unknown, callback: unknown): unknown {
  const done = typeof values === 'function' ? values : callback
  const promise = pool.acquire().then(
    client =>
      new Promise((resolve, reject) => {
        Reflect.apply(client.query, client, [
          query,
          Array.isArray(values) ? values : undefined,
          (error: Error | undefined, result: unknown) => {
            client.release()
            if (error === undefined || error === null) resolve(result)
            else reject(error)
          },
        ])
      }),
  )
  if (typeof done !== 'function') return promise
  promise.then(
    (result: unknown) => void done(undefined, result),
    (error: unknown) => void done(error),
  )
  return undefined
}
