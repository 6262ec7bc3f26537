import { Type } from 'typebox'
import { scopeOf } from '../entities/scope.js'
import type { Transfer } from '../entities/transfer.js'
import { type Route, route } from './route.js'
import { idempotencyHeaders, repeatHeader } from './schemas/headers.js'
import { positiveMoney, timestamp, uuid } from './schemas/primitives.js'
import { entity, type Schema } from './schemas/schema.js'

const transfer: Schema<Transfer> = entity<Transfer>('Transfer', {
  id: uuid,
  fromAccountId: uuid,
  toAccountId: uuid,
  amount: positiveMoney,
  createdAt: timestamp,
})

const tag = 'Transfers'

export const transferRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/transfers',
    access: 'user',
    tag,
    summary: 'Move money from one account to another, exactly once for each idempotency key.',
    headers: idempotencyHeaders,
    body: Type.Object(
      { fromAccountId: uuid, toAccountId: uuid, amount: positiveMoney },
      { additionalProperties: false },
    ),
    status: 201,
    response: transfer,
    problems: ['same-account', 'unknown-account', 'insufficient-funds', 'limit-exceeded', 'idempotency-key-reused'],
    async handle({ headers, body, session }, { transfers }) {
      const made = await transfers.make({ ...body, idempotencyKey: headers['idempotency-key'] }, scopeOf(session))
      const location = `/transfers/${made.transfer.id}`
      return { body: made.transfer, headers: { location, ...repeatHeader(made.repeated) } }
    },
  }),
  route({
    method: 'GET',
    path: '/transfers/{transferId}',
    access: 'user',
    tag,
    summary: 'Get a transfer.',
    params: Type.Object({ transferId: uuid }),
    status: 200,
    response: transfer,
    problems: ['transfer-not-found'],
    async handle({ params, session }, { transfers }) {
      return { body: await transfers.get(params.transferId, scopeOf(session)) }
    },
  }),
]
