import type { Cluster, Queryable, Transaction } from 'cerci'
import {
  hasBeen,
  type Order,
  type OrderKey,
  type OrderState,
  type StatusChange,
  type StatusChangeResult,
} from '../entities/order.js'
import { StorefrontError } from '../errors/storefront-error.js'
import type { Doorbell } from '../events/doorbell.js'
import { insertOrderEvents } from '../repositories/event-repository.js'
import { findOrder } from '../repositories/order-repository.js'
import { findExisting, findStates, restock, updateStatuses } from '../repositories/order-status-repository.js'

/** Moves orders from one status to the next. */
export class OrderStatusService {
  readonly #cluster: Cluster
  readonly #doorbell: Doorbell

  constructor(cluster: Cluster, doorbell: Doorbell) {
    this.#cluster = cluster
    this.#doorbell = doorbell
  }

  /**
   * Moves one order on; cancelling puts its items back into the inventory. Returns the order as it is then.
   * Throws `order-not-found`, `illegal-status-change`.
   */
  change(wanted: StatusChange): Promise<Order> {
    return this.#move([wanted], async (tx, results) => {
      for (const { outcome } of results) if (outcome !== 'changed') throw new StorefrontError(outcome)
      const order = await findOrder(tx, wanted.userId, wanted.orderId)
      if (order === undefined) throw new StorefrontError('order-not-found')
      return order
    })
  }

  /** Moves each order on that can be, all in one transaction, and says of each what became of it. Throws `invalid-request` for an order that comes twice. */
  async changeMany(changes: readonly StatusChange[]): Promise<readonly StatusChangeResult[]> {
    refuseRepetition(changes)
    return this.#move(changes, async (_, results) => results)
  }

  /** `answer` reads in the same transaction: a read that failed after the commit would look as if nothing had happened. */
  async #move<Answer>(
    changes: readonly StatusChange[],
    answer: (tx: Transaction, results: readonly StatusChangeResult[]) => Promise<Answer>,
  ): Promise<Answer> {
    // What the last attempt has moved; a lost COMMIT is one of that attempt.
    let moved: readonly Moved[] = []
    const work = async (tx: Transaction): Promise<Answer> => {
      moved = await updateStatuses(tx, changes)
      const known = moved.length < changes.length ? await findExisting(tx, changes) : moved
      const [movedKeys, knownKeys] = [new Set(moved.map(keyOf)), new Set(known.map(keyOf))]
      await follow(tx, moved)
      const results = changes.map((change): StatusChangeResult => {
        const key = keyOf(change)
        if (movedKeys.has(key)) return { ...change, outcome: 'changed' }
        return { ...change, outcome: knownKeys.has(key) ? 'illegal-status-change' : 'order-not-found' }
      })
      return answer(tx, results)
    }
    const answered = await this.#cluster.transaction(work, { verify: db => haveMoved(db, moved) })
    this.#doorbell.ring()
    return answered
  }
}

type Moved = OrderKey & OrderState

/** Whether a lost COMMIT has happened: it has if each order that it moved is, or has been, where it moved it. */
async function haveMoved(db: Queryable, moved: readonly Moved[]): Promise<boolean> {
  const states = new Map((await findStates(db, moved)).map(({ orderId, ...state }) => [orderId, state]))
  return moved.every(then => {
    const now = states.get(then.orderId)
    return now !== undefined && hasBeen(now, then)
  })
}

function refuseRepetition(changes: readonly StatusChange[]): void {
  const keys = changes.map(keyOf)
  const index = keys.findIndex((key, at) => keys.indexOf(key) < at)
  if (index === -1) return
  const error = { field: `/body/changes/${index}/orderId`, message: 'must not name an order twice' }
  throw new StorefrontError('invalid-request', { errors: [error] })
}

/** What follows from a change of status, in the same transaction. */
async function follow(tx: Transaction, changed: readonly Moved[]): Promise<void> {
  if (changed.length === 0) return
  const cancelled = changed.filter(({ status }) => status === 'cancelled')
  if (cancelled.length > 0) await restock(tx, cancelled)
  await insertOrderEvents(tx, changed)
}

function keyOf({ userId, orderId }: OrderKey): string {
  return `${userId}/${orderId}`
}
