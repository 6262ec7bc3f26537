import { Type } from 'typebox'
import {
  type ImportResult,
  type Order,
  type OrderItem,
  type OrderStatus,
  type OrderSummary,
  orderStatuses,
  type RequestedItem,
  type SkippedItem,
  type SkipReason,
  type StatusChangeResult,
  skipReasons,
} from '../../entities/order.js'
import { label, money, quantity, sku, timestamp, uuid, version } from './primitives.js'
import { choice, entity, list, nullable, type Schema } from './schema.js'

export const orderStatus: Schema<OrderStatus> = choice(orderStatuses)

/** The items of a request. */
export const requestedItems: Schema<readonly RequestedItem[]> = Type.Unsafe<readonly RequestedItem[]>(
  Type.Array(Type.Object({ productId: uuid, quantity }, { additionalProperties: false }), {
    minItems: 1,
    maxItems: 100,
  }),
)

const item = entity<OrderItem>('OrderItem', { productId: uuid, quantity, sku, name: label, unitPrice: money })

const skippedItem = entity<SkippedItem>('SkippedItem', {
  productId: uuid,
  quantity,
  reason: choice<SkipReason>(skipReasons),
})

const summary = {
  id: uuid,
  userId: uuid,
  status: orderStatus,
  total: money,
  version,
  createdAt: timestamp,
  updatedAt: timestamp,
}

export const orderSummary: Schema<OrderSummary> = entity<OrderSummary>('OrderSummary', summary)

export const order: Schema<Order> = entity<Order>('Order', {
  ...summary,
  items: list(item),
  skipped: list(skippedItem),
})

export const statusChangeResult: Schema<StatusChangeResult> = entity<StatusChangeResult>('StatusChangeResult', {
  userId: uuid,
  orderId: uuid,
  status: orderStatus,
  outcome: choice(['changed', 'order-not-found', 'illegal-status-change']),
})

export const importResult: Schema<ImportResult> = entity<ImportResult>('ImportResult', {
  outcome: choice(['placed', 'repeated', 'user-not-found', 'nothing-available', 'idempotency-key-reused']),
  orderId: nullable(uuid),
  skipped: list(skippedItem),
})
