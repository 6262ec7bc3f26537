import { createServer, type Server, type Socket } from 'node:net'
import { SqlError } from '../errors/sql-error.js'
import { sqlState } from '../errors/sql-state.js'
import { authenticate } from '../security/authenticate.js'
import { ClientSocket } from '../session/client/client-socket.js'
import { failureFrame, sqlErrorFrame, unknownDatabase, unknownUser } from '../session/client/error-frames.js'
import { Session } from '../session/session.js'
import type { CancelKey } from '../session/session-options.js'
import { type Opening, readOpening } from '../session/startup/handshake.js'
import { httpAnswer } from '../session/startup/http-answer.js'
import { parseStartupParameters, type StartupParameters } from '../session/startup/startup-parameters.js'
import { printAddress } from '../topology/listen-address.js'
import type { GatewayNode, SessionServices } from './gateway-services.js'

/** What a listener needs of the gateway it belongs to. */
export interface ListenerHost {
  readonly services: SessionServices
  /** A key for a new session, by which any node finds it. */
  newCancelKey(nodeId: number): CancelKey
  cancel(key: CancelKey): void
  opened(session: Session): void
}

/** Databases of PostgreSQL's own, which CockroachDB does not have. */
const HIDDEN_DATABASES: ReadonlySet<string> = new Set(['template0', 'template1'])

/** One node as clients see it: a port, and the sessions that came through it. */
export class NodeListener {
  readonly node: GatewayNode
  readonly sessions: Set<Session> = new Set()
  /** Aborted when the node is gone: then nothing of it may go on. */
  readonly gone: AbortSignal

  readonly #host: ListenerHost
  readonly #server: Server
  readonly #clients = new Set<ClientSocket>()
  /** Those that have not said yet what they want. */
  readonly #opening = new Set<ClientSocket>()
  readonly #abort = new AbortController()
  #refusing = false
  #partitioned = false

  constructor(node: GatewayNode, host: ListenerHost) {
    this.node = node
    this.gone = this.#abort.signal
    this.#host = host
    this.#server = createServer({ pauseOnConnect: false }, socket => this.#accept(socket))
  }

  /** @throws the system's error when the port cannot be had */
  async listen(): Promise<{ port: number }> {
    const { host, port } = this.node
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    const address = this.#server.address()
    return { port: typeof address === 'object' && address !== null ? address.port : port }
  }

  /** From now on new connections are answered with 57P01. */
  refuse(): void {
    this.#refusing = true
  }

  /** Closes, with 57P01, the connections on which no session has begun. */
  endOpenings(): void {
    for (const client of this.#opening) client.end(sqlErrorFrame(notAccepting()))
  }

  partition(): void {
    this.#partitioned = true
    for (const client of this.#clients) client.freeze()
  }

  heal(): void {
    this.#partitioned = false
    for (const client of this.#clients) client.thaw()
  }

  /** Resets every connection and stops listening. Settles when PostgreSQL has forgotten every session. */
  async kill(): Promise<void> {
    this.#abort.abort()
    const closed = new Promise<void>(resolve => {
      this.#server.close(() => resolve())
    })
    const sessions = [...this.sessions]
    for (const session of sessions) session.close()
    const served = new Set(sessions.map(({ options }) => options.client))
    for (const client of this.#clients) if (!served.has(client)) client.reset()
    await Promise.all([closed, ...sessions.map(session => session.ended)])
  }

  #accept(socket: Socket): void {
    const client = new ClientSocket(socket)
    this.#clients.add(client)
    void client.closed.then(() => this.#clients.delete(client))
    if (this.#partitioned) client.freeze()
    void this.#serve(client)
  }

  async #serve(client: ClientSocket): Promise<void> {
    try {
      this.#opening.add(client)
      const opening = await readOpening(client, this.#host.services.security).finally(() =>
        this.#opening.delete(client),
      )
      if (opening === undefined) return
      if (opening.name === 'CancelRequest') {
        this.#host.cancel(opening)
        client.end()
        return
      }
      if (opening.name === 'HttpRequest') {
        client.end(httpAnswer(this.#adminUrl()))
        return
      }
      await this.#openSession(client, opening)
    } catch (error) {
      const { log } = this.#host.services
      client.end(failureFrame(error, { user: '', log: line => log(`node ${this.node.id}: ${line}`) }))
    }
  }

  #adminUrl(): string {
    const { host, id } = this.node
    const port = this.#host.services.state().nodes.find(node => node.id === id)?.httpPort ?? 0
    return `${this.#host.services.security ? 'https' : 'http'}://${printAddress(host, port)}`
  }

  /** @throws {SqlError} when the client may not have a session */
  async #openSession(client: ClientSocket, opening: Extract<Opening, { name: 'StartupMessage' }>): Promise<void> {
    const parameters = parseStartupParameters(opening)
    if (this.#refusing) throw notAccepting()
    const { engine, security } = this.#host.services
    const { method, rest } =
      security === undefined
        ? ({ method: 'insecure', rest: opening.rest } as const)
        : await authenticate(engine, client, parameters.user, opening.rest)
    if (client.ended) return
    this.#admit(parameters)
    const session = new Session({
      services: this.#host.services,
      node: this.node,
      client,
      parameters,
      authenticationMethod: method,
      cancelKey: this.#host.newCancelKey(this.node.id),
    })
    this.sessions.add(session)
    this.#host.opened(session)
    await session.serve(rest)
    this.sessions.delete(session)
  }

  #admit({ user, database }: StartupParameters): void {
    const { services } = this.#host
    if (this.#refusing) throw notAccepting()
    if (user === services.engine.superuser) throw unknownUser(user)
    if (HIDDEN_DATABASES.has(database)) throw unknownDatabase(database)
    const most = Number(services.setting('server.max_connections_per_gateway'))
    const counted = [...this.sessions].filter(session => session.options.parameters.user !== 'root')
    if (most >= 0 && user !== 'root' && counted.length >= most) {
      throw new SqlError(sqlState.too_many_connections, 'sorry, too many clients already')
    }
  }
}

function notAccepting(): SqlError {
  return new SqlError(sqlState.admin_shutdown, 'server is not accepting clients, try another node')
}
