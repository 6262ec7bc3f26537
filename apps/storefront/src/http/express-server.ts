import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express'
import { StorefrontError } from '../errors/storefront-error.js'
import type { Route } from '../routes/route.js'
import { createAllowedMethods } from './allowed-methods.js'
import {
  type Application,
  type MountedRoute,
  mountRoutes,
  problemReply,
  type RawReply,
  recordRequest,
} from './dispatch.js'
import { closeByDeadline, type HttpServer } from './http-server.js'
import { invalidAddress } from './invalid-address.js'
import { maxBodyBytes, parseJsonBody } from './json-body.js'
import { requestId, requestIdHeader } from './request-id.js'

/** Mounts the same routes on Express 5, for teams that have one. */
export function createExpressServer(application: Application): HttpServer {
  const app = express()
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing')
  app.set('trust proxy', application.proxies)
  const server = createServer({ requestTimeout: 30_000 }, app)
  identifyAndRecord(app, application)
  const send = createSend(server)
  for (const mounted of mountRoutes(application)) {
    const { route, dispatch } = mounted
    const path = route.path.replaceAll('{', ':').replaceAll('}', '')
    app[verbs[route.method]](path, admitted(mounted, send), readText(route), parseBody, async (request, response) => {
      const { ip: address = '', params, query, headers, body } = request
      const { session, requestId: id } = response.locals
      await send(response, await dispatch({ address, params, query, headers, body }, session, id))
    })
  }
  answerProblems(app, application, send)
  return {
    listen: ({ host, port }) => listen(server, host, port),
    close: deadlineMs => closeByDeadline(server, deadlineMs, promisify(server.close.bind(server))),
  }
}

const verbs = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const

type Send = (response: Response, reply: RawReply) => Promise<void>

function identifyAndRecord(app: Express, application: Application): void {
  app.use((request, response, next) => {
    const startedAt = performance.now()
    const id = requestId(request.headers[requestIdHeader])
    response.locals.requestId = id
    response.setHeader(requestIdHeader, id)
    response.setHeader('x-content-type-options', 'nosniff')
    response.once('finish', () => {
      const template: unknown = response.locals.template
      recordRequest(application, {
        requestId: id,
        method: request.method,
        template: typeof template === 'string' ? template : undefined,
        status: response.statusCode,
        durationMs: performance.now() - startedAt,
      })
    })
    next()
  })
}

function admitted({ route, admit }: MountedRoute, send: Send): RequestHandler {
  return async (request, response, next) => {
    response.locals.template = route.path
    const admission = await admit(request, response.locals.requestId)
    if ('refusal' in admission) return send(response, admission.refusal)
    response.locals.session = admission.session
    next()
  }
}

function readText({ maxBodyBytes: limit = maxBodyBytes }: Route): RequestHandler {
  return express.text({ type: 'application/json', limit, inflate: false })
}

/** Express leaves the body of another type unread; `is` answers null when there is no body at all. */
function parseBody(request: Request, _response: Response, next: NextFunction): void {
  const empty = request.headers['content-length'] === '0'
  if (!empty && request.is('application/json') === false) throw new StorefrontError('unsupported-media-type')
  if (typeof request.body === 'string') request.body = parseJsonBody(request.body)
  next()
}

function createSend(server: Server): Send {
  return async (response, { status, headers, body }) => {
    // A connection that outlives its last answer would hold up close().
    if (!server.listening) response.setHeader('connection', 'close')
    response.writeHead(status, headers)
    if (body instanceof Readable) await pipeline(body, response)
    else response.end(body)
  }
}

function answerProblems(app: Express, { routes, logger }: Application, send: Send): void {
  const allowedMethods = createAllowedMethods(routes)
  // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 passes rejections on to its error handler
  app.use(async (request: Request, response: Response) => {
    const methods = allowedMethods(request.path)
    if (methods.length > 0) response.setHeader('allow', methods.join(', '))
    const code = methods.length > 0 ? 'method-not-allowed' : 'route-not-found'
    await send(response, problemReply(new StorefrontError(code), response.locals.requestId, logger))
  })
  // Express recognises an error handler by its four parameters.
  app.use(async (error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    await send(response, problemReply(fromExpress(error), response.locals.requestId, logger))
  })
}

/** Refusals of Express' own parts, by their status. https://www.npmjs.com/package/body-parser#errors */
function fromExpress(error: unknown): unknown {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  if (status === 413) return new StorefrontError('body-too-large', { cause: error })
  if (status === 415) return new StorefrontError('unsupported-media-type', { cause: error })
  if (error instanceof URIError) return invalidAddress(error)
  if (status === 400) return new StorefrontError('invalid-request', { cause: error })
  return error
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      const address: AddressInfo | string | null = server.address()
      const bound = typeof address === 'object' && address !== null ? address.port : port
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${bound}`)
    })
  })
}
