import type { Cluster, Queryable, Transaction } from 'cerci'
import { hasReached, type OrderKey, type StatusChange, type StatusChangeResult } from '../entities/order.js'
import { StorefrontError } from '../errors/storefront-error.js'
import type { Doorbell } from '../events/doorbell.js'
import { insertOrderEvents } from '../repositories/event-repository.js'
import { findExisting, findStates, restock, updateStatuses } from '../repositories/order-status-repository.js'

/** Moves orders from one status to the next. */
export class OrderStatusService {
  readonly #cluster: Cluster
  readonly #doorbell: Doorbell

  constructor(cluster: Cluster, doorbell: Doorbell) {
    this.#cluster = cluster
    this.#doorbell = doorbell
  }

  /** Moves one order on; cancelling puts its items back into the inventory. Throws `order-not-found`, `illegal-status-change`. */
  async change(wanted: StatusChange): Promise<void> {
    const [result] = await this.changeMany([wanted])
    if (result !== undefined && result.outcome !== 'changed') throw new StorefrontError(result.outcome)
  }

  /** Moves each order on that can be, all in one transaction, and says of each what became of it. Throws `invalid-request` for an order that comes twice. */
  async changeMany(changes: readonly StatusChange[]): Promise<readonly StatusChangeResult[]> {
    refuseRepetition(changes)
    let changed: readonly OrderKey[] = []
    const work = async (tx: Transaction): Promise<readonly StatusChangeResult[]> => {
      changed = await updateStatuses(tx, changes)
      const known = changed.length < changes.length ? await findExisting(tx, changes) : changed
      const [changedKeys, knownKeys] = [new Set(changed.map(keyOf)), new Set(known.map(keyOf))]
      await follow(
        tx,
        changes.filter(change => changedKeys.has(keyOf(change))),
      )
      return changes.map((change): StatusChangeResult => {
        const key = keyOf(change)
        if (changedKeys.has(key)) return { ...change, outcome: 'changed' }
        return { ...change, outcome: knownKeys.has(key) ? 'illegal-status-change' : 'order-not-found' }
      })
    }
    const results = await this.#cluster.transaction(work, { verify: db => haveReached(db, changes, changed) })
    this.#doorbell.ring()
    return results
  }
}

/** Whether a lost COMMIT has happened: an order passes through each status once, so it has if all that it moved are there, or further on. */
async function haveReached(
  db: Queryable,
  changes: readonly StatusChange[],
  changed: readonly OrderKey[],
): Promise<boolean> {
  const wanted = new Map(changes.map(change => [change.orderId, change.status]))
  const states = await findStates(db, changed)
  return (
    states.length === changed.length &&
    states.every(({ orderId, status }) => hasReached(status, wanted.get(orderId) ?? status))
  )
}

function refuseRepetition(changes: readonly StatusChange[]): void {
  const keys = changes.map(keyOf)
  const index = keys.findIndex((key, at) => keys.indexOf(key) < at)
  if (index === -1) return
  const error = { field: `/body/changes/${index}/orderId`, message: 'must not name an order twice' }
  throw new StorefrontError('invalid-request', { errors: [error] })
}

/** What follows from a change of status, in the same transaction. */
async function follow(tx: Transaction, changed: readonly StatusChange[]): Promise<void> {
  if (changed.length === 0) return
  const cancelled = changed.filter(({ status }) => status === 'cancelled')
  if (cancelled.length > 0) await restock(tx, cancelled)
  await insertOrderEvents(tx, changed)
}

function keyOf({ userId, orderId }: OrderKey): string {
  return `${userId}/${orderId}`
}
