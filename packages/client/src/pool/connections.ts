import { setTimeout as sleep } from 'node:timers/promises'
import type { Settings } from '../cluster/settings.js'
import { ConnectionError, PoolClosedError, PoolTimeoutError } from '../errors/connection-errors.js'
import { isServerError } from '../errors/from-server.js'
import { SqlState } from '../errors/sqlstate.js'
import type { Observers } from '../query/observer.js'
import { type QueryRequest, readQueryArguments } from '../query/query-request.js'
import { StatementCache } from '../query/statement-cache.js'
import { nodeBackoff } from '../retry/backoff.js'
import { cancelClient, connectClient } from './connect-client.js'
import { describePool } from './describe-pool.js'
import type { Endpoint, EndpointState } from './endpoint.js'
import { Housekeeping } from './housekeeping.js'
import type { ClientContext, PooledClient, RetireReason } from './pooled-client.js'
import { Resolver } from './resolver.js'
import { Topology } from './topology.js'
import { type Waiter, Waiters } from './waiters.js'

/** What the pool's owner is told of its connections. */
export interface ConnectionEvents {
  connected(client: PooledClient): void
  acquired(client: PooledClient): void
  released(error: unknown, client: PooledClient): void
  removed(client: PooledClient): void
  /** An idle connection was lost. */
  lost(error: unknown, client: PooledClient): void
}

/** The connections of one pool: opened, handed out, taken back, watched and closed. */
export class Connections {
  readonly settings: Settings
  readonly topology: Topology
  readonly observers: Observers
  readonly clients: Set<PooledClient> = new Set()
  readonly waiters: Waiters
  /** How often a connection came back with a transaction open, which was rolled back. */
  leftOpen = 0
  readonly #events: ConnectionEvents
  readonly #context: ClientContext
  readonly #resolver: Resolver
  readonly #housekeeping: Housekeeping
  /** Attempts under way, with the time they began. */
  readonly #attempts = new Map<Endpoint, number[]>()
  #retryTimer: NodeJS.Timeout | undefined
  #everConnected = false
  #closing = false
  #onEmpty: (() => void) | undefined

  constructor(settings: Settings, observers: Observers, events: ConnectionEvents) {
    this.settings = settings
    this.observers = observers
    this.#events = events
    this.topology = new Topology(settings.localities)
    this.waiters = new Waiters(waiter =>
      waiter.fail(new PoolTimeoutError(describePool(this, performance.now() - waiter.since), this.#lastError())),
    )
    this.#resolver = new Resolver(settings, this.topology)
    this.#housekeeping = new Housekeeping(this, this.#resolver)
    this.#context = {
      statements: new StatementCache(settings.statementCacheSize * 5),
      statementCacheSize: settings.statementCacheSize,
      preparedStatements: settings.preparedStatements,
      observers,
      queryTimeoutMs: settings.queryTimeoutMs,
      cancel: client => cancelClient(client, settings),
      gone: client => this.#gone(client),
    }
  }

  get total(): number {
    return this.clients.size + this.connecting
  }

  get connecting(): number {
    let connecting = 0
    for (const endpoint of this.topology.endpoints.values()) connecting += endpoint.connecting
    return connecting
  }

  get idle(): number {
    let idle = 0
    for (const node of this.topology.nodes) idle += node.idle.length
    return idle
  }

  get isClosing(): boolean {
    return this.#closing
  }

  /** An idle connection at once; undefined when the caller must wait. Nobody overtakes those who wait. */
  tryTake(): PooledClient | undefined {
    if (this.waiters.size > 0 || this.#closing) return undefined
    const oldest = Date.now() - this.settings.validateAfterIdleMs
    for (let client = this.topology.takeIdle(); client !== undefined; client = this.topology.takeIdle()) {
      if (!client.isUsable || client.retire !== undefined) this.discard(client)
      else if (client.idleSince < oldest) void this.#validate(client)
      else return this.#checkOut(client)
    }
    return undefined
  }

  /** Lines up for a connection. */
  wait(waiter: Waiter): void {
    if (this.#closing) return waiter.fail(new PoolClosedError())
    this.waiters.push(waiter)
    this.grow()
  }

  /** Takes a connection back as soon as it has answered everything. A transaction that was left open is rolled back first. */
  release(client: PooledClient, error?: unknown): void {
    this.#events.released(error, client)
    if (client.isSettled) return this.giveBack(client, error)
    client.whenReady(() => {
      if (error !== undefined || client.isSettled || !client.isUsable) return this.giveBack(client, error)
      this.leftOpen++
      client.run(rollback, failure => this.giveBack(client, failure))
    })
  }

  /** Takes a connection back that is ready. With an error, or when it is not fit for use any longer, it is closed. */
  giveBack(client: PooledClient, error?: unknown): void {
    client.node.busy--
    client.node.served++
    if (error !== undefined || !client.isUsable || client.retire !== undefined) return this.discard(client)
    const waiter = this.waiters.shift()
    if (waiter !== undefined) return waiter.give(this.#checkOut(client))
    if (this.#closing) return this.discard(client)
    client.idleSince = Date.now()
    client.node.idle.push(client)
    if (this.settings.allowExitOnIdle) client.holdProcess(false)
  }

  /** Closes a connection that nobody uses, and makes room for those who wait. */
  discard(client: PooledClient): void {
    if (!this.#forget(client)) return
    void client.close(closeGraceMs).then(() => this.#events.removed(client))
    this.#afterLeaving()
  }

  /** Lets a connection go as soon as nobody uses it. */
  retire(client: PooledClient, reason: RetireReason): void {
    client.retire ??= reason
    const at = client.node.idle.indexOf(client)
    if (at === -1) return
    client.node.idle.splice(at, 1)
    this.discard(client)
  }

  /** Opens connections for those who wait, as far as `max` allows. Attempts that take long do not count: another node may be faster. */
  grow(): void {
    if (this.#resolver.pending) return void this.#resolver.pending.then(() => this.grow())
    const now = performance.now()
    let wanted = this.waiters.size - this.#freshAttempts(now)
    for (; wanted > 0 && this.clients.size + this.#freshAttempts(now) < this.settings.max; wanted--) {
      const endpoint = this.topology.chooseEndpoint(now)
      if (endpoint === undefined) return this.#whenNoneMayBeTried(now)
      void this.open(endpoint)
    }
  }

  /** Opens one connection, whatever the limits; it goes to whoever waits, or is idle. Never rejects. */
  async open(endpoint: Endpoint): Promise<void> {
    this.#housekeeping.start()
    const began = performance.now()
    const attempts = this.#attempts.get(endpoint) ?? []
    this.#attempts.set(endpoint, [...attempts, began])
    endpoint.connecting++
    try {
      const client = await connectClient(endpoint, this.settings, this.topology, this.#context)
      this.#adopt(client)
    } catch (error) {
      this.#failed(endpoint, error)
    } finally {
      endpoint.connecting--
      this.#attempts.set(
        endpoint,
        (this.#attempts.get(endpoint) ?? []).filter(time => time !== began),
      )
    }
    this.grow()
  }

  /** Waits until the host names have been resolved for the first time. */
  async resolved(): Promise<void> {
    await this.#resolver.pending
  }

  /** Opens `min` connections, and at least one to every address. Rejects when none could be opened. */
  async warmUp(): Promise<void> {
    await this.#resolver.pending
    const endpoints = [...this.topology.endpoints.values()].slice(0, this.settings.max)
    await Promise.all(
      endpoints
        .filter(endpoint => endpoint.connections + endpoint.connecting === 0)
        .map(endpoint => this.open(endpoint)),
    )
    while (this.total < this.settings.min) {
      const endpoint = this.topology.chooseEndpoint(performance.now())
      if (endpoint === undefined) break
      await this.open(endpoint)
    }
    if (this.clients.size === 0) throw this.#unreachable()
  }

  /** The node is about to leave: its idle connections go, its busy ones when they are done, new ones go elsewhere. */
  drain(endpoint: Endpoint, error: unknown): void {
    this.setState(endpoint, 'draining', error)
    if (endpoint.isBalancer) return
    for (const client of [...this.clients]) if (client.endpoint === endpoint) this.retire(client, 'draining')
  }

  /** The node does not answer: whatever runs there is cut. */
  lose(endpoint: Endpoint, error: unknown): void {
    this.setState(endpoint, 'down', error)
    for (const client of [...this.clients]) if (client.endpoint === endpoint) client.destroy(error)
  }

  setState(endpoint: Endpoint, state: EndpointState, error: unknown): void {
    const before = endpoint.state
    if (state === 'up') endpoint.recover()
    else endpoint.fail(state, error, performance.now(), nodeBackoff)
    if (before === state || !this.observers.active) return
    const [node] = this.topology.nodesOf(endpoint).filter(({ id }) => id !== undefined)
    this.observers.failover({
      node: { host: endpoint.name, port: endpoint.address.port, id: node?.id, region: node?.region },
      state,
      error,
    })
  }

  /** Serves those who wait, then cancels what still runs, then cuts; settles everybody in any case. */
  async close(deadlineMs: number): Promise<void> {
    this.#closing = true
    const empty = new Promise<void>(resolve => {
      this.#onEmpty = resolve
    })
    for (const client of [...this.clients]) if (client.node.idle.includes(client)) this.retire(client, 'closing')
    this.#afterLeaving()
    if (!(await within(empty, deadlineMs))) await this.#cut(empty)
    this.#housekeeping.stop()
    clearTimeout(this.#retryTimer)
  }

  async #cut(empty: Promise<void>): Promise<void> {
    this.waiters.failAll(new PoolClosedError('The pool was closed before a connection became free.'))
    const busy = [...this.clients]
    for (const client of busy) client.retire ??= 'closing'
    await within(
      Promise.all(busy.filter(client => client.running !== undefined).map(client => client.cancel().catch(() => {}))),
      cancelWaitMs,
    )
    if (await within(empty, cancelWaitMs)) return
    for (const client of [...this.clients])
      client.destroy(new PoolClosedError('The pool was closed while the connection was in use.'))
    await within(empty, cancelWaitMs)
  }

  #checkOut(client: PooledClient): PooledClient {
    client.node.busy++
    if (this.settings.allowExitOnIdle) client.holdProcess(true)
    this.#events.acquired(client)
    return client
  }

  async #validate(client: PooledClient): Promise<void> {
    client.node.busy++
    if (await client.ping(validateTimeoutMs)) return this.giveBack(client)
    client.node.busy--
    this.discard(client)
  }

  #adopt(client: PooledClient): void {
    this.#everConnected = true
    const { endpoint, node } = client
    if (endpoint.state !== 'up') this.setState(endpoint, 'up', undefined)
    client.expiresAt = Date.now() + this.settings.maxLifetimeMs * (1 - Math.random() * lifetimeJitter)
    this.clients.add(client)
    endpoint.connections++
    node.connections++
    node.draining = false
    if (!client.isUsable) return this.discard(client)
    this.#events.connected(client)
    if (this.#closing && this.waiters.size === 0) return this.discard(client)
    node.busy++
    this.giveBack(client)
    this.#housekeeping.fit()
  }

  #failed(endpoint: Endpoint, error: unknown): void {
    if (isServerError(error) && !nodeFaults.has(error.code)) {
      // The node works; what it refuses (login, database, a setting), the others would refuse as well.
      this.waiters
        .shift()
        ?.fail(
          new ConnectionError(
            `${endpoint.label} refused the connection: ${error.message}.`,
            [{ address: endpoint.label, error }],
            error,
          ),
        )
      return
    }
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === SqlState.adminShutdown) this.drain(endpoint, error)
    else this.setState(endpoint, 'down', error)
  }

  /** Before the first connection everything down is a wrong address, and said at once; later it is an outage that may pass. */
  #whenNoneMayBeTried(now: number): void {
    if (this.connecting > 0) return
    if (!this.#everConnected) return this.waiters.failAll(this.#unreachable())
    const next = Math.min(...[...this.topology.endpoints.values()].map(endpoint => endpoint.retryAt))
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => this.grow(), Math.max(1, next - now))
  }

  #unreachable(): ConnectionError {
    const nodes = [...this.topology.endpoints.values()].map(endpoint => ({
      address: endpoint.label,
      error: endpoint.lastError,
    }))
    const reasons = nodes.map(
      ({ address, error }) => `${address}: ${error instanceof Error ? error.message : String(error)}`,
    )
    return new ConnectionError(`No node could be reached. ${reasons.join('; ')}.`, nodes, this.#lastError())
  }

  /** The connection has ended, by its own or anybody else's doing. */
  #gone(client: PooledClient): void {
    const wasIdle = client.node.idle.includes(client)
    if (isServerError(client.fatal) && client.fatal.code === SqlState.adminShutdown && !this.#closing) {
      client.node.draining = true
      if (client.endpoint.state === 'up') this.#noticeShutdown(client.endpoint, client.fatal)
    }
    if (!this.#forget(client)) return
    this.#events.removed(client)
    if (wasIdle) this.#events.lost(client.fatal, client)
    this.#afterLeaving()
  }

  /** One session that was told to go may have been terminated alone, so the address may be tried again at once, if no other works. */
  #noticeShutdown(endpoint: Endpoint, error: unknown): void {
    this.drain(endpoint, error)
    endpoint.retryAt = 0
  }

  #forget(client: PooledClient): boolean {
    if (!this.clients.delete(client)) return false
    client.endpoint.connections--
    client.node.connections--
    const at = client.node.idle.indexOf(client)
    if (at !== -1) client.node.idle.splice(at, 1)
    return true
  }

  #afterLeaving(): void {
    if (this.waiters.size > 0) this.grow()
    if (this.#closing && this.clients.size === 0 && this.waiters.size === 0) this.#onEmpty?.()
  }

  #freshAttempts(now: number): number {
    let fresh = 0
    for (const attempts of this.#attempts.values())
      for (const began of attempts) if (now - began < stalledAfterMs) fresh++
    return fresh
  }

  #lastError(): unknown {
    return [...this.topology.endpoints.values()].findLast(endpoint => endpoint.lastError !== undefined)?.lastError
  }
}

const rollback: QueryRequest = readQueryArguments('ROLLBACK', undefined)

/** Milliseconds for a connection to be closed in good order. */
const closeGraceMs = 1_000
/** Milliseconds for each of the last two steps of closing a pool. */
const cancelWaitMs = 1_000
/** Milliseconds a long-idle connection has to answer. */
const validateTimeoutMs = 1_000
/** Milliseconds after which a connection attempt does not keep others from being started. */
const stalledAfterMs = 500
/** The part of its lifetime by which a connection may end earlier, so that those opened together do not end together. */
const lifetimeJitter = 0.2

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

async function within(done: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController()
  try {
    return await Promise.race([done.then(() => true), sleep(ms, false, { signal: timer.signal }).catch(() => false)])
  } finally {
    timer.abort()
  }
}
