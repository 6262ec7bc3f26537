import { maxHeaderSize } from 'node:http'
import createFastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Session } from '../entities/session.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { createAllowedMethods } from './allowed-methods.js'
import { type Application, mountRoutes, problemReply, type RawReply, recordRequest } from './dispatch.js'
import { closeByDeadline, type HttpServer } from './http-server.js'
import { invalidAddress } from './invalid-address.js'
import { maxBodyBytes, parseJsonBody } from './json-body.js'
import { requestId, requestIdHeader } from './request-id.js'

/** Mounts the routes on Fastify: it reads and routes, everything else is the routes' own. */
export function createFastifyServer(application: Application): HttpServer {
  const server = createFastify({
    trustProxy: (_address, hop) => hop < application.proxies,
    bodyLimit: maxBodyBytes,
    genReqId: request => requestId(request.headers[requestIdHeader]),
    // Connections that are kept alive are served to the end; a load balancer sees /health/ready first.
    return503OnClosing: false,
    requestTimeout: 30_000,
    // The schemas say how long an id may be; what no address can exceed is refused with a 400, not with a fault of the router's.
    routerOptions: { maxParamLength: maxHeaderSize },
    // Addresses that cannot be decoded never reach a hook.
    frameworkErrors: (error, request, reply) => {
      reply.header(requestIdHeader, request.id)
      void send(reply, problemReply(fromFastify(error), request.id, application.logger))
    },
  })
  readJsonBodies(server)
  record(server, application)
  server.decorateRequest('session')
  for (const { route, admit, dispatch } of mountRoutes(application)) {
    server.route({
      method: route.method,
      url: route.path.replaceAll('{', ':').replaceAll('}', ''),
      config: { template: route.path },
      bodyLimit: route.maxBodyBytes ?? maxBodyBytes,
      onRequest: async (request, reply) => {
        if (hasEmptySegment(request.params)) return reply.callNotFound()
        const admission = await admit(request, request.id)
        if ('refusal' in admission) return send(reply, admission.refusal)
        request.session = admission.session
        return undefined
      },
      handler: async (request, reply) => {
        const { ip: address, params, query, headers, body, session } = request
        return send(reply, await dispatch({ address, params, query, headers, body }, session, request.id))
      },
    })
  }
  answerProblems(server, application)
  return {
    listen: address => server.listen(address),
    close: deadlineMs => closeByDeadline(server.server, deadlineMs, () => server.close()),
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Path of the route as the route table spells it. */
    readonly template?: string
  }
  interface FastifyRequest {
    session: Session | undefined
  }
}

function readJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (request: FastifyRequest, text: string) => {
      if (request.headers['content-encoding'] !== undefined) throw new StorefrontError('unsupported-media-type')
      return parseJsonBody(text)
    },
  )
}

function record(server: FastifyInstance, application: Application): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.header(requestIdHeader, request.id).header('x-content-type-options', 'nosniff')
  })
  server.addHook('onResponse', async ({ id, method, routeOptions }, { statusCode, elapsedTime }) => {
    const { template } = routeOptions.config
    recordRequest(application, { requestId: id, method, template, status: statusCode, durationMs: elapsedTime })
  })
}

/** Fastify takes `/products/` for a product whose id is empty; there is nothing at that address. */
function hasEmptySegment(params: unknown): boolean {
  return typeof params === 'object' && params !== null && Object.values(params).includes('')
}

function answerProblems(server: FastifyInstance, { routes, logger }: Application): void {
  const allowedMethods = createAllowedMethods(routes)
  server.setNotFoundHandler(async (request, reply) => {
    const methods = allowedMethods(request.url.split('?', 1).join(''))
    if (methods.length > 0) reply.header('allow', methods.join(', '))
    const code = methods.length > 0 ? 'method-not-allowed' : 'route-not-found'
    return send(reply, problemReply(new StorefrontError(code), request.id, logger))
  })
  server.setErrorHandler(async (error, request, reply) =>
    send(reply, problemReply(fromFastify(error), request.id, logger)),
  )
}

function send(reply: FastifyReply, { status, headers, body }: RawReply): FastifyReply {
  return reply.code(status).headers(headers).send(body)
}

/** Fastify's own refusals, by their codes. https://fastify.dev/docs/latest/Reference/Errors/ */
function fromFastify(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new StorefrontError('body-too-large', { cause: error })
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new StorefrontError('unsupported-media-type', { cause: error })
  if (code === 'FST_ERR_BAD_URL') return invalidAddress(error)
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH')
    return new StorefrontError('invalid-request', {
      errors: [{ field: '/headers/content-length', message: 'must be the length of the body' }],
      cause: error,
    })
  return error
}
