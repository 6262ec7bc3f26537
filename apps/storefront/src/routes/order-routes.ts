import { Type } from 'typebox'
import {
  type Order,
  type OrderItem,
  type OrderStatus,
  type OrderSummary,
  orderStatuses,
  type SkippedItem,
  type SkipReason,
  skipReasons,
} from '../entities/order.js'
import { type Route, route } from './route.js'
import { idempotencyHeaders, repeatHeader, versionTag } from './schemas/headers.js'
import { pageOf, pageQuery, pageRequest } from './schemas/paging.js'
import { label, money, quantity, sku, timestamp, uuid, version } from './schemas/primitives.js'
import { entity, list, type Schema } from './schemas/schema.js'

const status = Type.Unsafe<OrderStatus>({ type: 'string', enum: [...orderStatuses] })

const item = entity<OrderItem>('OrderItem', { productId: uuid, quantity, sku, name: label, unitPrice: money })

const skippedItem = entity<SkippedItem>('SkippedItem', {
  productId: uuid,
  quantity,
  reason: Type.Unsafe<SkipReason>({ type: 'string', enum: [...skipReasons] }),
})

const summary = { id: uuid, userId: uuid, status, total: money, version, createdAt: timestamp, updatedAt: timestamp }
const orderSummary = entity<OrderSummary>('OrderSummary', summary)
const order: Schema<Order> = entity<Order>('Order', { ...summary, items: list(item), skipped: list(skippedItem) })

const userParams = Type.Object({ userId: uuid })
const orderParams = Type.Object({ userId: uuid, orderId: uuid })
const tag = 'Orders'

export const orderRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/users/{userId}/orders',
    access: 'owner',
    tag,
    summary: 'Place an order. An item that cannot be had is skipped, and listed as such.',
    params: userParams,
    headers: idempotencyHeaders,
    body: Type.Object(
      {
        items: Type.Array(Type.Object({ productId: uuid, quantity }, { additionalProperties: false }), {
          minItems: 1,
          maxItems: 100,
        }),
      },
      { additionalProperties: false },
    ),
    status: 201,
    response: order,
    problems: ['user-not-found', 'nothing-available', 'idempotency-key-reused', 'outcome-unknown'],
    async handle({ params, headers, body }, { orders }) {
      const { order: placed, repeated } = await orders.place(params.userId, body.items, headers['idempotency-key'])
      const location = `/users/${placed.userId}/orders/${placed.id}`
      return { body: placed, headers: { location, ...versionTag(placed), ...repeatHeader(repeated) } }
    },
  }),
  route({
    method: 'GET',
    path: '/users/{userId}/orders',
    access: 'owner',
    tag,
    summary: "List a user's orders, newest first.",
    params: userParams,
    query: pageQuery,
    status: 200,
    response: pageOf('OrderPage', orderSummary),
    problems: ['invalid-cursor'],
    async handle({ params, query }, { orders }) {
      return { body: await orders.list(params.userId, pageRequest(query)) }
    },
  }),
  route({
    method: 'GET',
    path: '/users/{userId}/orders/{orderId}',
    access: 'owner',
    tag,
    summary: 'Get an order with its items.',
    params: orderParams,
    status: 200,
    response: order,
    problems: ['order-not-found'],
    async handle({ params }, { orders }) {
      const found = await orders.get(params.userId, params.orderId)
      return { body: found, headers: versionTag(found) }
    },
  }),
]
