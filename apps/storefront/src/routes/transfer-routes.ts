import { Type } from 'typebox'
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
    tag,
    summary: 'Move money from one account to another, exactly once for each idempotency key.',
    headers: idempotencyHeaders,
    body: Type.Object(
      { fromAccountId: uuid, toAccountId: uuid, amount: positiveMoney },
      { additionalProperties: false },
    ),
    status: 201,
    response: transfer,
    problems: ['same-account', 'unknown-account', 'insufficient-funds', 'idempotency-key-reused', 'outcome-unknown'],
    async handle({ headers, body }, { transfers }) {
      const made = await transfers.make({ ...body, idempotencyKey: headers['idempotency-key'] })
      const location = `/transfers/${made.transfer.id}`
      return { body: made.transfer, headers: { location, ...repeatHeader(made.repeated) } }
    },
  }),
  route({
    method: 'GET',
    path: '/transfers/{transferId}',
    tag,
    summary: 'Get a transfer.',
    params: Type.Object({ transferId: uuid }),
    status: 200,
    response: transfer,
    problems: ['transfer-not-found'],
    async handle({ params }, { transfers }) {
      return { body: await transfers.get(params.transferId) }
    },
  }),
]
