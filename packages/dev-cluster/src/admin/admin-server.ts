import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, Server as SecureServer } from 'node:https'
import { DevClusterError, type DevClusterErrorCode } from '../dev-cluster-error.js'
import type { CertificateFolder } from '../security/certificate-folder.js'
import { printAddress, reachableHost } from '../topology/listen-address.js'
import { checkSender, readJson } from './admin-request.js'
import type { AdminAnswer, AdminRoute } from './admin-route.js'
import { checkCertificate } from './admin-security.js'

const statusOf: Partial<Record<DevClusterErrorCode, number>> = {
  CERCI_ADMIN_BODY: 400,
  CERCI_FAULT_INVALID: 400,
  CERCI_LATENCY_INVALID: 400,
  CERCI_NODE_INVALID: 400,
  CERCI_PORT_INVALID: 400,
  CERCI_ADMIN_CERTIFICATE: 401,
  CERCI_ADMIN_FORBIDDEN: 403,
  CERCI_ADMIN_NOT_FOUND: 404,
  CERCI_DATABASE_UNKNOWN: 404,
  CERCI_FAULT_UNKNOWN: 404,
  CERCI_NODE_UNKNOWN: 404,
  CERCI_REGION_UNKNOWN: 404,
  CERCI_TEMPLATE_UNKNOWN: 404,
  CERCI_ADMIN_METHOD: 405,
  CERCI_NODE_STATE: 409,
  CERCI_DECOMMISSION_BLOCKED: 409,
  CERCI_TEMPLATE_BUSY: 409,
  CERCI_PORT_IN_USE: 409,
  CERCI_LISTEN_FAILED: 409,
}

/** The dev cluster's HTTP API, for this machine only. */
export class AdminServer {
  readonly #server: Server | SecureServer
  readonly host: string
  readonly port: number

  readonly #scheme: 'http' | 'https'

  private constructor(server: Server | SecureServer, host: string, port: number) {
    this.#server = server
    this.#scheme = server instanceof SecureServer ? 'https' : 'http'
    this.host = host
    this.port = port
  }

  /** @param options.port 0 takes any free port. Rejects with Node's error (`EADDRINUSE`, …) when it cannot listen. */
  static async listen<Subject>(options: {
    readonly host: string
    readonly port: number
    readonly routes: readonly AdminRoute<Subject>[]
    readonly subject: Subject
    /** Of a secure cluster: then the API speaks HTTPS. */
    readonly certificates?: CertificateFolder | undefined
  }): Promise<AdminServer> {
    const server = serverFor(options.certificates)
    server.on('request', (request, response) => void respond(options, request, response))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(options.port, options.host, () => {
        server.off('error', reject)
        resolve()
      })
    })
    const address = server.address()
    return new AdminServer(server, options.host, typeof address === 'object' && address ? address.port : options.port)
  }

  get url(): string {
    return `${this.#scheme}://${printAddress(reachableHost(this.host), this.port)}`
  }

  /** From now on it does not keep the process alive. */
  unref(): void {
    this.#server.unref()
  }

  async close(): Promise<void> {
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
  }
}

function serverFor(certificates: CertificateFolder | undefined): Server | SecureServer {
  if (certificates === undefined) return createServer()
  const { authority, node } = certificates
  const trust = { ca: authority, requestCert: true, rejectUnauthorized: false }
  return createSecureServer({ ...trust, cert: node.certificate, key: node.key })
}

interface Service<Subject> {
  readonly routes: readonly AdminRoute<Subject>[]
  readonly subject: Subject
}

async function respond<S>(service: Service<S>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status = 200, body } = await answer(service, request).catch(answerError)
  const [type, text] =
    typeof body === 'string' ? ['text/html; charset=utf-8', body] : ['application/json', `${JSON.stringify(body)}\n`]
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
    'x-content-type-options': 'nosniff',
    // What is left of a body that was refused must not be taken for the next request.
    ...(request.complete ? {} : { connection: 'close' }),
  })
  response.end(text)
}

async function answer<S>({ routes: all, subject }: Service<S>, request: IncomingMessage): Promise<AdminAnswer> {
  checkSender(request)
  const [path = '/', search = ''] = (request.url ?? '/').split('?', 2)
  const pathname = decoded(path)
  const routes = all.filter(route => route.path.test(path))
  const route = routes.find(each => each.method === request.method)
  if (!route)
    throw missing(
      routes.map(each => each.method),
      pathname,
      request.method ?? '',
    )
  if (route.open !== true) checkCertificate(request)
  // A name may hold a slash, so the path is taken apart first.
  const parameters = route.path.exec(path)?.slice(1).map(decoded) ?? []
  return route.handle({ subject, parameters, query: new URLSearchParams(search), json: () => readJson(request) })
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (cause) {
    throw new DevClusterError('CERCI_ADMIN_NOT_FOUND', { path }, cause)
  }
}

function missing(methods: readonly string[], path: string, method: string): DevClusterError {
  return methods.length === 0
    ? new DevClusterError('CERCI_ADMIN_NOT_FOUND', { path })
    : new DevClusterError('CERCI_ADMIN_METHOD', { path, method, methods: methods.join(', ') })
}

function answerError(cause: unknown): AdminAnswer {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const error = cause instanceof DevClusterError ? cause : new DevClusterError('CERCI_ADMIN_FAILED', { reason }, cause)
  return { status: statusOf[error.code] ?? 500, body: { error: { code: error.code, message: error.message } } }
}
