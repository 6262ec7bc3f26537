import { errorResponse } from '../http/error-response.js'
import { type HealthSource, healthResponse } from '../http/health-response.js'
import type { HttpOptions } from '../http/http-options.js'

/** The part of an Express request that is used. https://expressjs.com/en/5x/api.html#req */
export interface ExpressRequestLike {
  readonly method: string
  readonly path: string
}

/** The part of an Express response that is used. https://expressjs.com/en/5x/api.html#res */
export interface ExpressResponseLike {
  readonly headersSent: boolean
  status(code: number): this
  set(headers: Record<string, string>): this
  json(body: unknown): this
  send(body: string): this
}

export interface CerciExpressOptions extends HttpOptions {
  readonly cluster: HealthSource
}

/**
 * Middleware that answers the health report and the metrics, and passes every other request on.
 *
 * @example
 * import { once } from 'node:events'
 * import { Cluster } from 'cerci'
 * import { cerciErrors, cerciRoutes } from 'cerci/express'
 * import express from 'express'
 *
 * const cluster = new Cluster({ connectionString: process.env.DATABASE_URL })
 * const app = express()
 * app.use(cerciRoutes({ cluster }))
 * app.get('/time', async (_, response) => response.json((await cluster.query('SELECT now() AS now')).rows[0]))
 * app.use(cerciErrors()) // after the routes
 *
 * const server = app.listen(0, '127.0.0.1')
 * await once(server, 'listening')
 * const health = await fetch(`http://127.0.0.1:${server.address().port}/health`)
 * console.log(health.status, await health.json())
 * server.close()
 * await cluster.close()
 */
export function cerciRoutes(
  options: CerciExpressOptions,
): (request: ExpressRequestLike, response: ExpressResponseLike, next: (error?: unknown) => void) => void {
  const { cluster, healthPath = '/health', metricsPath = '/metrics', register } = options
  return (request, response, next) => {
    if (request.method !== 'GET') next()
    else if (request.path === healthPath && healthPath !== 'off') {
      healthResponse(cluster, options).then(
        ({ status, body }) => response.status(status).set({ 'cache-control': 'no-store' }).json(body),
        next,
      )
    } else if (request.path === metricsPath && register) {
      register.metrics().then(text => response.set({ 'content-type': register.contentType }).send(text), next)
    } else next()
  }
}

/** Error middleware that answers database errors (a unique violation is 409, an exhausted pool 503 with Retry-After) and passes others on. */
export function cerciErrors(): (
  error: unknown,
  request: ExpressRequestLike,
  response: ExpressResponseLike,
  next: (error?: unknown) => void,
) => void {
  // Express knows error middleware by its four parameters.
  return (error, _request, response, next) => {
    const mapped = response.headersSent ? undefined : errorResponse(error)
    if (!mapped) next(error)
    else
      response
        .status(mapped.status)
        .set({ ...mapped.headers })
        .json(mapped.body)
  }
}
