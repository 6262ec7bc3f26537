import { Readable } from 'node:stream'
import createStringify from 'fast-json-stringify'
import type { Logger } from 'pino'
import type { Session } from '../entities/session.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { toStorefrontError } from '../errors/to-storefront-error.js'
import type { HttpMetrics } from '../metrics/http-metrics.js'
import type { Route } from '../routes/route.js'
import type { Services } from '../services/services.js'
import { traceRequest } from '../tracing/trace-request.js'
import { authorize } from './authorize.js'
import { printProblem } from './problem.js'
import { createValidatorCompiler, type RawRequest } from './request-validator.js'

/** What every HTTP server needs to serve the routes. */
export interface Application {
  readonly routes: readonly Route[]
  readonly services: Services
  readonly metrics: HttpMetrics
  readonly logger: Logger
  /** Proxies of one's own in front: so many addresses at the end of `X-Forwarded-For` were not written by the client. */
  readonly proxies: number
}

export interface RawReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Readable
}

/** What a request says before its body. */
export type RequestHead = Pick<RawRequest, 'headers' | 'params'>

/** Who sends a request, or the answer if it is not taken. */
export type Admission = { readonly session: Session | undefined } | { readonly refusal: RawReply }

/** A route that an HTTP server can mount: it takes the raw parts of a request, never throws, and gives the raw parts of the answer. */
export interface MountedRoute {
  readonly route: Route
  /** To be called before the body is read: strangers must not make the service read and parse megabytes. */
  readonly admit: (head: RequestHead, requestId: string) => Promise<Admission>
  readonly dispatch: (raw: RawRequest, session: Session | undefined, requestId: string) => Promise<RawReply>
}

export function mountRoutes(application: Application): readonly MountedRoute[] {
  const { services, logger } = application
  const compileValidator = createValidatorCompiler()
  return application.routes.map(route => {
    const validate = compileValidator(route)
    const serializer = createReplySerializer(route)
    const trace = ({ headers }: RequestHead, work: () => Promise<RawReply>): Promise<RawReply> =>
      traceRequest({ method: route.method, template: route.path, headers }, work)
    return {
      route,
      async admit(head, requestId) {
        try {
          if (route.essential !== true && services.operations.overloaded) throw new StorefrontError('overloaded')
          return { session: await authorize(route, head, services.sessions) }
        } catch (error) {
          return { refusal: await trace(head, async () => problemReply(error, requestId, logger)) }
        }
      },
      dispatch: (raw, session, requestId) =>
        trace(raw, async () => {
          try {
            const request = validate(raw, session)
            const { status = route.status, headers, body } = await route.handle(request, services)
            return { status, headers: { ...serializer.headers, ...headers }, ...serializer.print(body) }
          } catch (error) {
            return problemReply(error, requestId, logger)
          }
        }),
    }
  })
}

export interface ServedRequest {
  readonly requestId: string
  readonly method: string
  /** Path of the route as the route table spells it; undefined when there is none. */
  readonly template: string | undefined
  readonly status: number
  readonly durationMs: number
}

/** Measures and logs a request that was answered. Addresses are not logged: what people search for is theirs. */
export function recordRequest({ metrics, logger }: Application, request: ServedRequest): void {
  const { method, template = 'none', status, durationMs } = request
  metrics.observe(method, template, status, durationMs / 1000)
  logger.info({ ...request, template, durationMs: Math.round(durationMs * 10) / 10 }, 'request')
}

/** Answers an error, and logs it when it is ours. */
export function problemReply(error: unknown, requestId: string, logger: Logger): RawReply {
  const shown = toStorefrontError(error)
  const problem = printProblem(shown, requestId)
  if (problem.status >= 500) logger.error({ err: error, requestId, code: shown.code }, 'request failed')
  return problem
}

interface ReplySerializer {
  readonly headers: Readonly<Record<string, string>>
  print(value: unknown): { readonly body?: string | Readable }
}

/** JSON is written by the response schema: faster than JSON.stringify, and a property that the schema does not name cannot leave. */
function createReplySerializer({ access, response, produces }: Route): ReplySerializer {
  if (produces !== undefined) return { headers: { 'content-type': produces }, print: printAsIs }
  if (response === undefined) return { headers: {}, print: () => ({}) }
  const stringify = createStringify({ ...response })
  // What belongs to somebody must not stay in caches on the way.
  const caching: Record<string, string> = access === 'anyone' ? {} : { 'cache-control': 'no-store' }
  return {
    headers: { 'content-type': 'application/json; charset=utf-8', ...caching },
    print: value => ({ body: stringify(value) }),
  }
}

function printAsIs(value: unknown): { readonly body?: string | Readable } {
  return typeof value === 'string' || value instanceof Readable ? { body: value } : {}
}
