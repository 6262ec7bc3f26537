import { randomUUID } from 'node:crypto'
import type { Cluster, Transaction } from 'cerci'
import type { ImportedOrder, ImportResult, RequestedItem, SkippedItem } from '../entities/order.js'
import type { Doorbell } from '../events/doorbell.js'
import { insertOrderEvents } from '../repositories/event-repository.js'
import {
  type EarlierAnswer,
  findEarlierAnswers,
  findUserIds,
  insertPlannedOrders,
  insertRefusals,
  lockStock,
  type PlannedOrder,
  type PlannedRefusal,
} from '../repositories/order-import-repository.js'
import { afterOthers } from './after-others.js'
import { hashItems, inLockOrder } from './requested-items.js'

/** Orders in one transaction: large enough for the round trips not to matter, small enough to be repeated after a conflict. */
const batchSize = 500

/** Places thousands of orders with a handful of statements. */
export class OrderImportService {
  readonly #cluster: Cluster
  readonly #doorbell: Doorbell

  constructor(cluster: Cluster, doorbell: Doorbell) {
    this.#cluster = cluster
    this.#doorbell = doorbell
  }

  /**
   * Places each order as far as its items can be had, the first come first served, and says of each what became of it.
   * Batches are committed one after the other; an import that broke off is sent again as a whole, and its keys keep it from happening twice.
   * Throws `invalid-request` for a product that comes twice in an order, `outcome-unknown` when it broke off after the first batch.
   */
  async import(orders: readonly ImportedOrder[]): Promise<readonly ImportResult[]> {
    const prepared = orders.map((order, index) => {
      const items = inLockOrder(order.items, `/body/orders/${index}/items`)
      return { ...order, items, requestHash: hashItems(items) }
    })
    const results: ImportResult[] = []
    for (let start = 0; start < prepared.length; start += batchSize) {
      const batch = prepared.slice(start, start + batchSize)
      const written = start === 0 ? undefined : `The first ${start} orders were imported.`
      results.push(...(await afterOthers(written, this.#importBatch(batch))))
      this.#doorbell.ring()
    }
    return results
  }

  #importBatch(batch: readonly PreparedOrder[]): Promise<readonly ImportResult[]> {
    // An order of the last attempt; a lost COMMIT is one of that attempt.
    let attempted: PlannedOrder | undefined
    const work = async (tx: Transaction): Promise<readonly ImportResult[]> => {
      const { results, planned } = await importBatch(tx, batch)
      attempted = planned[0]
      return results
    }
    return this.#cluster.transaction(work, {
      async verify(db) {
        const [answer] = attempted === undefined ? [] : await findEarlierAnswers(db, [attempted])
        return answer !== undefined && answer.id === attempted?.id
      },
    })
  }
}

type PreparedOrder = ImportedOrder & { readonly requestHash: Buffer }

/** What a key was answered, before the import or by an earlier row of it. */
type Answered = Pick<EarlierAnswer, 'id' | 'requestHash' | 'skipped'>

interface ImportedBatch {
  readonly results: readonly ImportResult[]
  /** What was written for it. */
  readonly planned: readonly PlannedOrder[]
}

async function importBatch(tx: Transaction, orders: readonly PreparedOrder[]): Promise<ImportedBatch> {
  const users = await findUserIds(tx, [...new Set(orders.map(({ userId }) => userId))])
  const earlier = await findEarlierAnswers(tx, orders)
  const answered = new Map<string, Answered>(earlier.map(answer => [keyOf(answer), answer]))
  const stock = await lockStock(tx, [
    ...new Set(orders.flatMap(({ items }) => items.map(({ productId }) => productId))),
  ])
  const planned: PlannedOrder[] = []
  const refused: PlannedRefusal[] = []
  const results = orders.map((order): ImportResult => {
    const before = answered.get(keyOf(order))
    if (before !== undefined) return repeated(order, before)
    if (!users.has(order.userId)) return { outcome: 'user-not-found', orderId: null, skipped: [] }
    const { items, skipped } = reserve(order.items, stock)
    const id = items.length === 0 ? null : randomUUID()
    answered.set(keyOf(order), { id, requestHash: order.requestHash, skipped })
    if (id === null) {
      refused.push({ ...order, skipped })
      return { outcome: 'nothing-available', orderId: null, skipped }
    }
    planned.push({ ...order, id, items, skipped })
    return { outcome: 'placed', orderId: id, skipped }
  })
  if (refused.length > 0) await insertRefusals(tx, refused)
  if (planned.length > 0) {
    await insertPlannedOrders(tx, planned)
    await insertOrderEvents(
      tx,
      planned.map(({ userId, id }) => ({ userId, orderId: id })),
    )
  }
  return { results, planned }
}

function repeated(order: PreparedOrder, { id, requestHash, skipped }: Answered): ImportResult {
  if (!requestHash.equals(order.requestHash)) return { outcome: 'idempotency-key-reused', orderId: null, skipped: [] }
  return id === null
    ? { outcome: 'nothing-available', orderId: null, skipped }
    : { outcome: 'repeated', orderId: id, skipped: [] }
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
