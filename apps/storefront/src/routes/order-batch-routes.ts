import { Type } from 'typebox'
import { type Route, route } from './route.js'
import { importResult, orderStatus, requestedItems, statusChangeResult } from './schemas/orders.js'
import { idempotencyKey, uuid } from './schemas/primitives.js'
import { list } from './schemas/schema.js'

const tag = 'Orders in batches'

export const orderBatchRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/orders/imports',
    access: 'admin',
    tag,
    summary: 'Place up to 5000 orders; each has a key of its own, so that the import can be sent again as a whole.',
    maxBodyBytes: 16 * 1024 * 1024,
    body: Type.Object(
      {
        orders: Type.Array(
          Type.Object({ userId: uuid, idempotencyKey, items: requestedItems }, { additionalProperties: false }),
          { minItems: 1, maxItems: 5000 },
        ),
      },
      { additionalProperties: false },
    ),
    status: 200,
    problems: ['limit-exceeded'],
    response: Type.Object({ results: list(importResult) }, { title: 'ImportResults' }),
    async handle({ body }, { orderImports }) {
      return { body: { results: await orderImports.import(body.orders) } }
    },
  }),
  route({
    method: 'POST',
    path: '/orders/status-changes',
    access: 'admin',
    tag,
    summary: 'Move up to 1000 orders on at once; those that cannot be moved do not hold up the others.',
    maxBodyBytes: 1024 * 1024,
    body: Type.Object(
      {
        changes: Type.Array(
          Type.Object({ userId: uuid, orderId: uuid, status: orderStatus }, { additionalProperties: false }),
          { minItems: 1, maxItems: 1000 },
        ),
      },
      { additionalProperties: false },
    ),
    status: 200,
    problems: ['limit-exceeded'],
    response: Type.Object({ results: list(statusChangeResult) }, { title: 'StatusChangeResults' }),
    async handle({ body }, { orderStatuses }) {
      return { body: { results: await orderStatuses.changeMany(body.changes) } }
    },
  }),
]
