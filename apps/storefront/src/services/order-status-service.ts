import type { Cluster, Transaction } from 'cerci'
import type { OrderKey, StatusChange, StatusChangeResult } from '../entities/order.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { insertOrderEvents } from '../repositories/event-repository.js'
import { findExisting, restock, updateStatuses } from '../repositories/order-status-repository.js'

/** Moves orders from one status to the next. */
export class OrderStatusService {
  readonly #cluster: Cluster

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Moves one order on; cancelling puts its items back into the inventory. Throws `order-not-found`, `illegal-status-change`. */
  async change(wanted: StatusChange): Promise<void> {
    const [result] = await this.changeMany([wanted])
    if (result !== undefined && result.outcome !== 'changed') throw new StorefrontError(result.outcome)
  }

  /** Moves each order on that can be, all in one transaction, and says of each what became of it. Throws `invalid-request` for an order that comes twice. */
  async changeMany(changes: readonly StatusChange[]): Promise<readonly StatusChangeResult[]> {
    refuseRepetition(changes)
    return this.#cluster.transaction(async tx => {
      const changed = await updateStatuses(tx, changes)
      const known = changed.length < changes.length ? await findExisting(tx, changes) : changed
      const [changedKeys, knownKeys] = [new Set(changed.map(keyOf)), new Set(known.map(keyOf))]
      await follow(
        tx,
        changes.filter(change => changedKeys.has(keyOf(change))),
      )
      return changes.map(change => {
        const key = keyOf(change)
        if (changedKeys.has(key)) return { ...change, outcome: 'changed' }
        return { ...change, outcome: knownKeys.has(key) ? 'illegal-status-change' : 'order-not-found' }
      })
    })
  }
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
