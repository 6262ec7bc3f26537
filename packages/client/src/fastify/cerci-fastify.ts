import { errorResponse } from '../http/error-response.js'
import { type HealthSource, healthResponse } from '../http/health-response.js'
import type { HttpOptions } from '../http/http-options.js'

/** The part of a Fastify reply that is used. https://fastify.dev/docs/latest/Reference/Reply/ */
export interface FastifyReplyLike {
  code(status: number): this
  header(name: string, value: string): this
  headers(values: Record<string, string>): this
  send(payload: unknown): unknown
}

/** The part of a Fastify instance that is used. https://fastify.dev/docs/latest/Reference/Server/ */
export interface FastifyLike {
  get(path: string, handler: (request: unknown, reply: FastifyReplyLike) => Promise<unknown>): unknown
  setErrorHandler(handler: (error: unknown, request: unknown, reply: FastifyReplyLike) => unknown): unknown
}

export interface CerciFastifyOptions extends HttpOptions {
  readonly cluster: HealthSource
}

/**
 * A Fastify plugin: health report, metrics, and responses for database errors (a unique violation is 409, an exhausted pool 503 with Retry-After). Other
 * errors go to the handler that was there before. It is not encapsulated: routes registered beside it get its error handler.
 *
 * @example
 * import { Cluster } from 'cerci'
 * import { cerciFastify } from 'cerci/fastify'
 * import Fastify from 'fastify'
 *
 * const cluster = new Cluster({ connectionString: process.env.DATABASE_URL })
 * const app = Fastify()
 * await app.register(cerciFastify, { cluster })
 * app.get('/time', async () => (await cluster.query('SELECT now() AS now')).rows[0])
 *
 * console.log((await app.inject('/health')).json().status)
 * console.log((await app.inject('/time')).json())
 * await app.close()
 * await cluster.close()
 */
export const cerciFastify: {
  (app: FastifyLike, options: CerciFastifyOptions): Promise<void>
} = Object.assign(plugin, {
  // Fastify's marks for a plugin that is not encapsulated, as fastify-plugin sets them.
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'cerci',
})

async function plugin(app: FastifyLike, options: CerciFastifyOptions): Promise<void> {
  const { cluster, healthPath = '/health', metricsPath = '/metrics', register } = options
  if (healthPath !== 'off') {
    app.get(healthPath, async (_, reply) => {
      const { status, body } = await healthResponse(cluster, options)
      return reply.code(status).header('cache-control', 'no-store').send(body)
    })
  }
  if (register) {
    app.get(metricsPath, async (_, reply) =>
      reply.header('content-type', register.contentType).send(await register.metrics()),
    )
  }
  app.setErrorHandler((error, _, reply) => {
    const response = errorResponse(error)
    if (!response) throw error // to the handler of the enclosing context, at last Fastify's own
    return reply
      .code(response.status)
      .headers({ ...response.headers })
      .send(response.body)
  })
}
