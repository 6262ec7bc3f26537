import type { QueryRequest } from '../query/query-request.js'
import { isWorthName, type KnownStatement } from '../query/statement-cache.js'
import type { PooledClient } from './connection/pooled-client.js'
import type { Connections } from './connections.js'

/** A lone statement that may be sent behind others. */
export interface Share {
  readonly known: KnownStatement
  /** It changes nothing, so that it may be run elsewhere while its answer is still awaited. */
  readonly movable: boolean
}

/**
 * Pipelining: who would have to wait for a connection is sent behind a lone statement that is quick. Never behind, or instead of, anything
 * that belongs to somebody: a transaction, a client that is checked out, a statement that may be cancelled.
 */
export class Sharing {
  readonly #connections: Connections
  #timer: NodeJS.Timeout | undefined

  constructor(connections: Connections) {
    this.#connections = connections
  }

  /**
   * How a request may share a connection; undefined when it may not. One with a time limit or a signal may not: a cancel request
   * stops whatever the connection runs when it arrives. Neither may one whose text could begin a transaction or change the session.
   */
  shareOf(request: QueryRequest, known: KnownStatement): Share | undefined {
    const { settings } = this.#connections
    if (!settings.pipelining || request.signal !== undefined) return undefined
    if ((request.timeoutMs ?? settings.queryTimeoutMs) !== Number.POSITIVE_INFINITY) return undefined
    const { statement } = known
    if (!statement.sessionless || !statement.preparable || request.text === '') return undefined
    if (!isExtended(request, known) || !isSmall(request.values)) return undefined
    return { known, movable: statement.kind === 'read' }
  }

  /** A connection on which the statement may be sent now, behind others; undefined when it must wait for one that is free. */
  join(share: Share): PooledClient | undefined {
    const { clients, waiters, isClosing } = this.#connections
    if (isClosing || waiters.size > 0) return undefined
    const now = performance.now()
    let best: PooledClient | undefined
    for (const client of clients) {
      if ((best === undefined || isBetter(client, best)) && this.#takes(client, share, now)) best = client
    }
    if (best !== undefined) this.#enter(best)
    return best
  }

  /** Serves those in line whose statements may be sent on this connection. */
  serve(client: PooledClient): void {
    const { waiters } = this.#connections
    for (let next = waiters.peek(); next?.share !== undefined; next = waiters.peek()) {
      if (!this.#takes(client, next.share, performance.now())) return
      waiters.shift()
      this.#enter(client)
      next.give(client)
    }
  }

  /** Watches for statements that keep others waiting behind them. */
  watch(): void {
    this.#timer ??= setTimeout(() => this.#leaveStalled(), watchMs).unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  /**
   * As long as the pool may grow, it does. A transaction under way may hold a lock that the first statement waits for, and its function
   * may await this one, which behind the first would never be answered. A read is moved away in time; a write is not sent behind anything then.
   */
  #takes(client: PooledClient, share: Share, now: number): boolean {
    if (client.shared.length === 0 || client.shared.length >= maxDepth) return false
    if (this.#connections.clients.size < this.#connections.settings.max) return false
    if (!share.movable && this.#connections.held > 0) return false
    if (client.retire !== undefined || !client.isUsable || client.node.handicap > 0) return false
    return client.connection.stream.writableLength === 0 && client.shared.isQuick(now)
  }

  #enter(client: PooledClient): void {
    client.shares++
    this.#connections.joined(client)
    this.watch()
  }

  #leaveStalled(): void {
    this.#timer = undefined
    if (this.#connections.isClosing) return
    const now = performance.now()
    let again = false
    for (const client of this.#connections.clients) again = client.shared.leaveStalled(now) || again
    if (again) this.watch()
  }
}

/** Asked with values, or worth a prepared statement: the protocol whose answers prove what was executed. */
function isExtended(request: QueryRequest, known: KnownStatement): boolean {
  return request.name !== undefined || isWorthName(known) || (request.values !== undefined && request.values.length > 0)
}

/** What is sent behind others waits in the buffers of both sides, so it has to be small. */
function isSmall(values: readonly unknown[] | undefined): boolean {
  if (values === undefined) return true
  if (values.length > maxValues) return false
  for (const value of values) {
    if (typeof value === 'string' && value.length > maxValueLength) return false
    if (typeof value === 'object' && value !== null && !(value instanceof Date)) return false
  }
  return true
}

function isBetter(client: PooledClient, than: PooledClient): boolean {
  return client.node.rank === than.node.rank
    ? client.shared.length < than.shared.length
    : client.node.rank < than.node.rank
}

/** Statements sent and not answered on one connection. When it is lost, each of them is in doubt. */
const maxDepth = 4
const maxValues = 100
const maxValueLength = 1_024
/** Milliseconds between two looks at what is stalled. */
const watchMs = 25
