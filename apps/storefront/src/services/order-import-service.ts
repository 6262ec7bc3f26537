import { randomUUID } from 'node:crypto'
import type { Cluster, Transaction } from 'cerci'
import type { ImportedOrder, ImportResult, RequestedItem, SkippedItem } from '../entities/order.js'
import { insertOrderEvents } from '../repositories/event-repository.js'
import {
  findOrdersByKeys,
  findUserIds,
  insertPlannedOrders,
  lockStock,
  type PlannedOrder,
} from '../repositories/order-import-repository.js'
import { hashItems, inLockOrder } from './requested-items.js'

/** Orders in one transaction: large enough for the round trips not to matter, small enough to be repeated after a conflict. */
const batchSize = 500

/** Places thousands of orders with a handful of statements. */
export class OrderImportService {
  readonly #cluster: Cluster

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /**
   * Places each order as far as its items can be had, the first come first served, and says of each what became of it.
   * Batches are committed one after the other; an import that broke off is sent again as a whole, and its keys keep it from happening twice.
   * Throws `invalid-request` for a product that comes twice in an order.
   */
  async import(orders: readonly ImportedOrder[]): Promise<readonly ImportResult[]> {
    const prepared = orders.map((order, index) => {
      const items = inLockOrder(order.items, `/body/orders/${index}/items`)
      return { ...order, items, requestHash: hashItems(items) }
    })
    const results: ImportResult[] = []
    for (let start = 0; start < prepared.length; start += batchSize) {
      const batch = prepared.slice(start, start + batchSize)
      results.push(...(await this.#cluster.transaction(tx => importBatch(tx, batch))))
    }
    return results
  }
}

type PreparedOrder = ImportedOrder & { readonly requestHash: Buffer }

/** What is known of an order under a key, before the import or from an earlier row of it. */
interface Placed {
  readonly id: string
  readonly requestHash: Buffer
}

async function importBatch(tx: Transaction, orders: readonly PreparedOrder[]): Promise<readonly ImportResult[]> {
  const users = await findUserIds(tx, [...new Set(orders.map(({ userId }) => userId))])
  const known = await findOrdersByKeys(tx, orders)
  const placed = new Map<string, Placed>(known.map(order => [keyOf(order), order]))
  const stock = await lockStock(tx, [
    ...new Set(orders.flatMap(({ items }) => items.map(({ productId }) => productId))),
  ])
  const planned: PlannedOrder[] = []
  const results = orders.map((order): ImportResult => {
    const before = placed.get(keyOf(order))
    if (before !== undefined) return repeated(order, before)
    if (!users.has(order.userId)) return { outcome: 'user-not-found', orderId: null, skipped: [] }
    const { items, skipped } = reserve(order.items, stock)
    if (items.length === 0) return { outcome: 'nothing-available', orderId: null, skipped }
    const plan = { ...order, id: randomUUID(), items, skipped }
    planned.push(plan)
    placed.set(keyOf(order), plan)
    return { outcome: 'placed', orderId: plan.id, skipped }
  })
  if (planned.length > 0) {
    await insertPlannedOrders(tx, planned)
    await insertOrderEvents(
      tx,
      planned.map(({ userId, id }) => ({ userId, orderId: id })),
    )
  }
  return results
}

function repeated(order: PreparedOrder, before: Placed): ImportResult {
  const same = before.requestHash.equals(order.requestHash)
  return { outcome: same ? 'repeated' : 'idempotency-key-reused', orderId: same ? before.id : null, skipped: [] }
}

/** Takes what there is out of `stock`, which is locked in the database. */
function reserve(
  items: readonly RequestedItem[],
  stock: Map<string, number>,
): { readonly items: readonly RequestedItem[]; readonly skipped: readonly SkippedItem[] } {
  const had: RequestedItem[] = []
  const skipped: SkippedItem[] = []
  for (const { productId, quantity } of items) {
    const left = stock.get(productId)
    if (left !== undefined && left >= quantity) {
      stock.set(productId, left - quantity)
      had.push({ productId, quantity })
    } else {
      skipped.push({ productId, quantity, reason: left === undefined ? 'unknown-product' : 'out-of-stock' })
    }
  }
  return { items: had, skipped }
}

function keyOf({ userId, idempotencyKey }: Pick<ImportedOrder, 'userId' | 'idempotencyKey'>): string {
  return `${userId}/${idempotencyKey}`
}
