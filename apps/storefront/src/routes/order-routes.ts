import { Type } from 'typebox'
import { type Route, route } from './route.js'
import { idempotencyHeaders, repeatHeader, versionTag } from './schemas/headers.js'
import { order, orderStatus, orderSummary, requestedItems } from './schemas/orders.js'
import { pageOf, pageQuery, pageRequest } from './schemas/paging.js'
import { userParams, uuid } from './schemas/primitives.js'

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
    body: Type.Object({ items: requestedItems }, { additionalProperties: false }),
    status: 201,
    response: order,
    problems: ['user-not-found', 'nothing-available', 'limit-exceeded', 'idempotency-key-reused'],
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
  route({
    method: 'POST',
    path: '/users/{userId}/orders/{orderId}/cancellation',
    access: 'owner',
    tag,
    summary: 'Cancel an order that was not shipped yet; its items go back into the inventory.',
    params: orderParams,
    status: 200,
    response: order,
    problems: ['order-not-found', 'illegal-status-change', 'limit-exceeded'],
    async handle({ params }, { orderStatuses }) {
      const cancelled = await orderStatuses.change({ ...params, status: 'cancelled' })
      return { body: cancelled, headers: versionTag(cancelled) }
    },
  }),
  route({
    method: 'PUT',
    path: '/users/{userId}/orders/{orderId}/status',
    access: 'admin',
    tag,
    summary: 'Move an order on: placed, paid, shipped, delivered; cancelled before it is shipped.',
    params: orderParams,
    body: Type.Object({ status: orderStatus }, { additionalProperties: false }),
    status: 200,
    response: order,
    problems: ['order-not-found', 'illegal-status-change', 'limit-exceeded'],
    async handle({ params, body }, { orderStatuses }) {
      const changed = await orderStatuses.change({ ...params, status: body.status })
      return { body: changed, headers: versionTag(changed) }
    },
  }),
]
