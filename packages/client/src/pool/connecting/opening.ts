import { ConnectionError } from '../../errors/connection-errors.js'
import { isServerError } from '../../errors/from-server.js'
import { SqlState } from '../../errors/sqlstate.js'
import type { Connections } from '../connections.js'
import type { Endpoint } from '../nodes/endpoint.js'
import { connectClient } from './connect-client.js'
import { LoginError } from './login-error.js'

/** Opens the connections of a pool: as many as callers wait for and `max` allows, at addresses that work. */
export class Opening {
  readonly #connections: Connections
  /** `performance.now()` at which the attempts under way began. */
  readonly #attempts = new Set<{ readonly began: number }>()
  #retryTimer: NodeJS.Timeout | undefined
  #everConnected = false
  /** Why the last login failed, when that was no node's fault. */
  #refusal: ConnectionError | undefined

  constructor(connections: Connections) {
    this.#connections = connections
  }

  /** Opens connections for those who wait. Attempts that take long do not count: another node may be faster. */
  grow(): void {
    const { waiters, clients, settings, topology, resolver } = this.#connections
    if (resolver.pending !== undefined) return void this.#growAfter(resolver.pending)
    const now = performance.now()
    for (let fresh = this.#fresh(now); fresh < waiters.size && clients.size + fresh < settings.max; fresh++) {
      const endpoint = topology.chooseEndpoint(now)
      if (endpoint === undefined) return this.#whenNoneMayBeTried(now)
      void this.open(endpoint)
    }
  }

  /** Opens one connection, whatever the limits. Never rejects: a failure is the address's. */
  async open(endpoint: Endpoint): Promise<void> {
    const { settings, topology, context, states } = this.#connections
    const attempt = { began: performance.now() }
    this.#attempts.add(attempt)
    endpoint.connecting++
    try {
      const client = await connectClient(endpoint, settings, topology, context)
      this.#everConnected = true
      this.#refusal = undefined
      states.up(endpoint)
      this.#connections.add(client)
    } catch (error) {
      this.#failed(endpoint, error)
    } finally {
      endpoint.connecting--
      this.#attempts.delete(attempt)
    }
    if (this.#connections.waiters.size > 0) this.grow()
  }

  /** Opens `min` connections, and at least one to every address. */
  async warmUp(): Promise<void> {
    const { resolver, topology, settings, states, clients } = this.#connections
    await resolver.pending
    const untouched = [...topology.endpoints.values()].filter(
      endpoint => endpoint.connections + endpoint.connecting === 0,
    )
    await Promise.all(untouched.slice(0, settings.max).map(endpoint => this.open(endpoint)))
    const missing = Array.from({ length: Math.max(0, settings.min - clients.size) }, () =>
      topology.chooseEndpoint(performance.now()),
    )
    await Promise.all(missing.filter(endpoint => endpoint !== undefined).map(endpoint => this.open(endpoint)))
    if (clients.size === 0) throw this.#refusal ?? states.unreachable()
  }

  stop(): void {
    clearTimeout(this.#retryTimer)
  }

  async #growAfter(resolved: Promise<void>): Promise<void> {
    await resolved
    this.grow()
  }

  #fresh(now: number): number {
    let fresh = 0
    for (const { began } of this.#attempts) if (now - began < stalledAfterMs) fresh++
    return fresh
  }

  #failed(endpoint: Endpoint, error: unknown): void {
    const { states, waiters } = this.#connections
    const refused = isServerError(error) && !nodeFaults.has(error.code)
    if (refused || error instanceof LoginError) {
      // The node works; what it refuses (login, database, a setting), the others would refuse as well.
      const why = refused ? `${endpoint.label} refused the connection: ${error.message}` : error.message
      this.#refusal = new ConnectionError(`${why}.`, [{ address: endpoint.label, error }], error)
      return waiters.shift()?.fail(this.#refusal)
    }
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === SqlState.adminShutdown) states.drain(endpoint, error)
    else states.down(endpoint, error)
  }

  /** Before the first connection everything down is a wrong address, and said at once; later it is an outage that may pass. */
  #whenNoneMayBeTried(now: number): void {
    const { topology, waiters, states, connecting } = this.#connections
    if (connecting > 0) return
    if (!this.#everConnected) return waiters.failAll(states.unreachable())
    const next = Math.min(...[...topology.endpoints.values()].map(endpoint => endpoint.retryAt))
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => this.grow(), Math.max(1, next - now))
  }
}

/** Milliseconds after which a connection attempt does not keep others from being started. */
const stalledAfterMs = 500

/** SQLSTATEs of a refused connection that another node may not have: shutting down, too many connections, internal trouble. */
const nodeFaults: ReadonlySet<string> = new Set([
  '57P01',
  '57P02',
  '57P03',
  '53000',
  '53100',
  '53200',
  '53300',
  '53400',
  '08000',
  '08003',
  '08004',
  '08006',
  '08C00',
  '58000',
  '58030',
  '58C00',
  '58C01',
  'XX000',
])
