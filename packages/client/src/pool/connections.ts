import type { Settings } from '../cluster/settings.js'
import { PoolClosedError } from '../errors/connection-errors.js'
import type { Observers } from '../query/observer.js'
import { type QueryRequest, readQueryArguments } from '../query/query-request.js'
import { StatementCache } from '../query/statement-cache.js'
import { acquireTimeout } from './acquire-timeout.js'
import { closeConnections } from './close-connections.js'
import { cancelClient } from './connecting/connect-client.js'
import { Opening } from './connecting/opening.js'
import type { ClientContext } from './connection/client-context.js'
import type { PooledClient, RetireReason } from './connection/pooled-client.js'
import { Housekeeping } from './housekeeping.js'
import { NodeStates } from './nodes/node-states.js'
import { Resolver } from './nodes/resolver.js'
import { Topology } from './nodes/topology.js'
import { Sharing } from './sharing.js'
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

/** The connections of one pool: handed out, taken back, and let go. */
export class Connections {
  readonly settings: Settings
  readonly observers: Observers
  readonly topology: Topology
  readonly states: NodeStates
  readonly opening: Opening
  readonly resolver: Resolver
  readonly waiters: Waiters
  readonly sharing: Sharing
  readonly clients: Set<PooledClient> = new Set()
  readonly context: ClientContext
  /** How often a connection came back with a transaction open, which was rolled back. */
  leftOpen = 0
  /** Clients that are checked out, by the application or for a transaction. */
  held = 0
  readonly #events: ConnectionEvents
  readonly #housekeeping: Housekeeping
  /** Lone statements, batches and transactions under way. A closing pool lets them finish, which may take more than one connection. */
  #units = 0
  #closing = false
  /** The deadline of closing has passed. */
  #expired = false
  #onEmpty: (() => void) | undefined

  constructor(settings: Settings, observers: Observers, events: ConnectionEvents) {
    this.settings = settings
    this.observers = observers
    this.#events = events
    this.context = {
      statements: new StatementCache(settings.statementCacheSize * 5),
      statementCacheSize: settings.statementCacheSize,
      preparedStatements: settings.preparedStatements,
      observers,
      queryTimeoutMs: settings.queryTimeoutMs,
      cancel: client => cancelClient(client, settings),
      gone: client => this.#gone(client),
    }
    this.topology = new Topology(settings.localities)
    this.states = new NodeStates(this)
    this.resolver = new Resolver(settings, this.topology)
    this.opening = new Opening(this)
    this.waiters = new Waiters(
      waiter => waiter.fail(acquireTimeout(this, performance.now() - waiter.since)),
      () => this.#tellEmpty(),
    )
    this.sharing = new Sharing(this)
    this.#housekeeping = new Housekeeping(this)
  }

  /** Open connections and those being opened. */
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
      if (!client.isUsable) this.#dropLost(client)
      else if (client.retire !== undefined) this.discard(client)
      else if (client.idleSince < oldest) void this.#validate(client)
      else return this.#checkOut(client)
    }
    return undefined
  }

  beginUnit(): void {
    this.#units++
  }

  endUnit(): void {
    this.#units--
    this.#tellEmpty()
  }

  /** Lines up for a connection. A closing pool has refused what is new before; this is for what runs again. */
  wait(waiter: Waiter): void {
    if (this.#expired) return waiter.fail(new PoolClosedError())
    this.waiters.push(waiter)
    this.opening.grow()
  }

  /** Takes a connection back as soon as it has answered everything. A transaction that was left open is rolled back first. */
  release(client: PooledClient, error?: unknown): void {
    this.#events.released(error, client)
    if (client.isSettled) return this.#giveBack(client, error)
    client.whenReady(() => {
      if (error !== undefined || client.isSettled || !client.isUsable) return this.#giveBack(client, error)
      this.leftOpen++
      client.run(rollback, failure => this.#giveBack(client, failure))
    })
  }

  /** A lone statement was sent on a connection that is in use. */
  joined(client: PooledClient): void {
    this.#events.acquired(client)
  }

  /** A lone statement is done; the last one on the connection gives it back. */
  finish(client: PooledClient): void {
    this.#events.released(undefined, client)
    if (client.shares === 0) return this.#giveBack(client, undefined)
    client.shares--
    client.node.served++
    this.sharing.serve(client)
  }

  /** Takes a new connection in: it goes to whoever waits, or is idle. */
  add(client: PooledClient): void {
    client.expiresAt = Date.now() + this.settings.maxLifetimeMs * (1 - Math.random() * lifetimeJitter)
    client.endpoint.connections++
    client.node.connections++
    client.node.draining = false
    this.clients.add(client)
    if (!this.#closing) this.#housekeeping.start()
    this.#events.connected(client)
    client.node.busy++
    this.#giveBack(client, undefined)
    this.#housekeeping.fit()
  }

  /** Lets a connection go as soon as nobody uses it. */
  retire(client: PooledClient, reason: RetireReason): void {
    client.retire ??= reason
    const at = client.node.idle.indexOf(client)
    if (at === -1) return
    client.node.idle.splice(at, 1)
    this.discard(client)
  }

  /** Closes a connection that nobody uses, and makes room for those who wait. */
  discard(client: PooledClient): void {
    if (!this.#forget(client)) return
    void this.#sayGoodbye(client)
    this.#afterLeaving()
  }

  /** Nobody gets a connection any more. */
  expire(error: PoolClosedError): void {
    this.#expired = true
    this.waiters.failAll(error)
  }

  /** Serves those who wait, then cancels what still runs, then cuts; settles everybody in any case. */
  async close(deadlineMs: number): Promise<void> {
    this.#closing = true
    const empty = new Promise<void>(resolve => {
      this.#onEmpty = resolve
    })
    for (const client of this.clients) if (client.node.idle.includes(client)) this.retire(client, 'closing')
    this.#afterLeaving()
    await closeConnections(this, empty, deadlineMs)
    this.#housekeeping.stop()
    this.opening.stop()
    this.sharing.stop()
    this.waiters.stop()
  }

  #giveBack(client: PooledClient, error: unknown): void {
    client.node.busy--
    client.node.served++
    if (error !== undefined || !client.isUsable || client.retire !== undefined) return this.discard(client)
    const waiter = this.waiters.shift()
    if (waiter !== undefined) {
      waiter.give(this.#checkOut(client))
      return this.sharing.serve(client)
    }
    if (this.#closing) return this.discard(client)
    client.idleSince = Date.now()
    client.node.idle.push(client)
    if (this.settings.allowExitOnIdle) client.holdProcess(false)
  }

  #checkOut(client: PooledClient): PooledClient {
    client.node.busy++
    if (this.settings.allowExitOnIdle) client.holdProcess(true)
    this.#events.acquired(client)
    return client
  }

  #dropLost(client: PooledClient): void {
    this.discard(client)
    this.#events.lost(client.fatal, client)
  }

  async #validate(client: PooledClient): Promise<void> {
    client.node.busy++
    await client.ping(validateTimeoutMs)
    this.#giveBack(client, undefined)
  }

  /** The connection has ended, by its own or anybody else's doing. */
  #gone(client: PooledClient): void {
    const wasIdle = client.node.idle.includes(client)
    if (!this.#closing) this.states.noticeEnd(client)
    if (!this.#forget(client)) return
    this.#events.removed(client)
    if (wasIdle) this.#events.lost(client.fatal, client)
    this.#afterLeaving()
  }

  async #sayGoodbye(client: PooledClient): Promise<void> {
    await client.close(closeGraceMs)
    this.#events.removed(client)
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
    if (this.waiters.size > 0) this.opening.grow()
    this.#tellEmpty()
  }

  #tellEmpty(): void {
    if (this.#closing && this.#units === 0 && this.clients.size === 0 && this.waiters.size === 0) this.#onEmpty?.()
  }
}

const rollback: QueryRequest = readQueryArguments('ROLLBACK', undefined)

/** Milliseconds for a connection to be closed in good order. */
const closeGraceMs = 1_000
/** Milliseconds a long-idle connection has to answer. */
const validateTimeoutMs = 1_000
/** The part of its lifetime by which a connection may end earlier, so that those opened together do not end together. */
const lifetimeJitter = 0.2
