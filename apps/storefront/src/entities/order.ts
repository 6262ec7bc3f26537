export const orderStatuses = ['placed', 'paid', 'shipped', 'delivered', 'cancelled'] as const

export type OrderStatus = (typeof orderStatuses)[number]

/** Where an order may go from each status. */
export const nextStatuses: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  placed: ['paid', 'cancelled'],
  paid: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
}

/** Names an order: ids are unique within their user. */
export interface OrderKey {
  readonly userId: string
  readonly orderId: string
}

/** All that tells whether something has happened to an order. */
export interface OrderState {
  readonly status: OrderStatus
  readonly version: number
}

/**
 * Whether an order that is in one state now has been in the other. Each move is one version more, so a version is a place on the order's path;
 * and of the ways on from a status only one goes further than a step, so whoever is past a place has had the status there that goes on.
 */
export function hasBeen(now: OrderState, then: OrderState): boolean {
  if (now.version === then.version) return now.status === then.status
  return now.version > then.version && nextStatuses[then.status].length > 0
}

/** A wish to move an order on. */
export interface StatusChange extends OrderKey {
  readonly status: OrderStatus
}

/** What became of it. */
export interface StatusChangeResult extends StatusChange {
  readonly outcome: 'changed' | 'order-not-found' | 'illegal-status-change'
}

/** Why an item of a request did not become part of the order. */
export const skipReasons = ['out-of-stock', 'unknown-product'] as const

export type SkipReason = (typeof skipReasons)[number]

/** One product and how many of it somebody wants. */
export interface RequestedItem {
  readonly productId: string
  readonly quantity: number
}

/** An item whose pieces were taken out of the inventory. */
export interface OrderItem extends RequestedItem {
  readonly sku: string
  readonly name: string
  /** Price of one piece when the order was placed: exact decimal. */
  readonly unitPrice: string
}

export interface SkippedItem extends RequestedItem {
  readonly reason: SkipReason
}

export interface OrderSummary {
  readonly id: string
  readonly userId: string
  readonly status: OrderStatus
  /** Sum over the items: exact decimal. */
  readonly total: string
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface Order extends OrderSummary {
  readonly items: readonly OrderItem[]
  /** What was asked for and could not be had. */
  readonly skipped: readonly SkippedItem[]
}

/** One order of an import. */
export interface ImportedOrder {
  readonly userId: string
  readonly idempotencyKey: string
  readonly items: readonly RequestedItem[]
}

/** What became of one order of an import; a repeated one was there before, under the same key. */
export interface ImportResult {
  readonly outcome: 'placed' | 'repeated' | 'user-not-found' | 'nothing-available' | 'idempotency-key-reused'
  readonly orderId: string | null
  readonly skipped: readonly SkippedItem[]
}
