import type { Cluster, Transaction } from 'cerci'
import type { Order, OrderSummary, RequestedItem, SkippedItem } from '../entities/order.js'
import { StorefrontError } from '../errors/storefront-error.js'
import type { Doorbell } from '../events/doorbell.js'
import { cutPage, type Page, type PageRequest } from '../paging/page.js'
import { timeCursor, timePosition } from '../paging/time-position.js'
import { insertOrderEvents } from '../repositories/event-repository.js'
import {
  completeOrder,
  findOrder,
  findOrderByKey,
  findRefusedOrder,
  insertOrder,
  listOrders,
  refuseOrder,
  reserveItem,
} from '../repositories/order-repository.js'
import { findProduct } from '../repositories/product-repository.js'
import { readList } from './read-list.js'
import { hashItems, inLockOrder } from './requested-items.js'
import { userNotFound } from './user-not-found.js'

export interface PlacedOrder {
  readonly order: Order
  /** Whether an earlier request with the same key has placed it. */
  readonly repeated: boolean
}

export class OrderService {
  readonly #cluster: Cluster
  readonly #doorbell: Doorbell

  constructor(cluster: Cluster, doorbell: Doorbell) {
    this.#cluster = cluster
    this.#doorbell = doorbell
  }

  /**
   * Places an order with every item that can be had; an item that cannot is skipped.
   * The same key places it once, however often it is sent, and always gets the first answer.
   * Throws `user-not-found`, `nothing-available`, `invalid-request` (a product twice), `idempotency-key-reused`.
   */
  async place(userId: string, items: readonly RequestedItem[], idempotencyKey: string): Promise<PlacedOrder> {
    const sorted = inLockOrder(items, '/body/items')
    const requestHash = hashItems(sorted)
    // The order of the last attempt; a lost COMMIT is one of that attempt.
    let attempted: string | undefined
    const answer = await this.#cluster.transaction(
      async tx => {
        const placed = await placeOrder(tx, { userId, items: sorted, idempotencyKey, requestHash })
        attempted = 'order' in placed ? placed.order.id : undefined
        return placed
      },
      {
        // The key alone does not tell: another request with it may have placed its order after this one was rolled back.
        // After a refusal it is simply judged again: the key gives the same answer if it was written.
        verify: async db =>
          attempted !== undefined && (await findOrderByKey(db, userId, idempotencyKey))?.id === attempted,
      },
    )
    if ('order' in answer) {
      if (!answer.repeated) this.#doorbell.ring()
      return answer
    }
    throw new StorefrontError('nothing-available', { members: { items: answer.refused } })
  }

  /** Throws `order-not-found`. */
  async get(userId: string, id: string): Promise<Order> {
    return (await findOrder(this.#cluster, userId, id)) ?? notFound(id)
  }

  /** Newest first, without items. Throws `invalid-cursor`. */
  async list(userId: string, page: PageRequest): Promise<Page<OrderSummary>> {
    const after = timePosition(page.cursor)
    const rows = await readList(this.#cluster, page, db => listOrders(db, userId, after, page.limit + 1))
    return cutPage(rows, page.limit, timeCursor)
  }
}

interface OrderRequest {
  readonly userId: string
  /** In lock order. */
  readonly items: readonly RequestedItem[]
  readonly idempotencyKey: string
  readonly requestHash: Buffer
}

type Answer = PlacedOrder | { readonly refused: readonly SkippedItem[] }

/** A refusal is returned, not thrown: it has to be committed, to be the answer to the same key again. */
async function placeOrder(tx: Transaction, request: OrderRequest): Promise<Answer> {
  const { userId, items, idempotencyKey, requestHash } = request
  const productIds = items.map(({ productId }) => productId)
  const orderId = await insertOrder(tx, userId, idempotencyKey, requestHash, productIds)
  if (orderId === undefined) return repeated(tx, userId, idempotencyKey, requestHash)
  const skipped = await reserveItems(tx, userId, orderId, items)
  if (skipped.length === items.length) {
    await refuseOrder(tx, userId, orderId, skipped)
    return { refused: skipped }
  }
  await completeOrder(tx, userId, orderId, skipped)
  await insertOrderEvents(tx, [{ userId, orderId }])
  return { order: (await findOrder(tx, userId, orderId)) ?? notFound(orderId), repeated: false }
}

/** Each item under a savepoint: what one item wrote is undone alone. Returns the skipped ones. */
async function reserveItems(
  tx: Transaction,
  userId: string,
  orderId: string,
  items: readonly RequestedItem[],
): Promise<SkippedItem[]> {
  const skipped: SkippedItem[] = []
  for (const item of items) {
    try {
      await tx.savepoint(async savepoint => {
        if (await reserveItem(savepoint, userId, orderId, item)) return
        const known = await findProduct(savepoint, item.productId)
        throw new ItemUnavailable({ ...item, reason: known ? 'out-of-stock' : 'unknown-product' })
      })
    } catch (error) {
      if (!(error instanceof ItemUnavailable)) throw error
      skipped.push(error.item)
    }
  }
  return skipped
}

/** Leaves the savepoint of an item, and nothing else. */
class ItemUnavailable extends Error {
  readonly item: SkippedItem

  constructor(item: SkippedItem) {
    super(item.reason)
    this.item = item
  }
}

async function repeated(tx: Transaction, userId: string, key: string, requestHash: Buffer): Promise<Answer> {
  const earlier = (await findOrderByKey(tx, userId, key)) ?? (await findRefusedOrder(tx, userId, key))
  if (earlier === undefined) userNotFound(userId)
  if (!earlier.requestHash.equals(requestHash)) throw new StorefrontError('idempotency-key-reused')
  if ('skipped' in earlier) return { refused: earlier.skipped }
  return { order: asPlaced((await findOrder(tx, userId, earlier.id)) ?? notFound(earlier.id)), repeated: true }
}

/** The first answer again, whatever has become of the order since. */
function asPlaced(order: Order): Order {
  return { ...order, status: 'placed', version: 1, updatedAt: order.createdAt }
}

function notFound(id: string): never {
  throw new StorefrontError('order-not-found', { detail: `This user has no order ${id}.` })
}
