import { Type } from 'typebox'
import type { Redelivery } from '../services/dead-letter-service.js'
import { type Route, route } from './route.js'
import { entity } from './schemas/schema.js'

const redelivery = entity<Redelivery>('Redelivery', {
  returned: Type.Unsafe<number>({ type: 'integer' }),
  more: Type.Unsafe<boolean>({ type: 'boolean', description: 'Whether to send the same request again.' }),
})

export const deadLetterRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/dead-letters/redeliveries',
    access: 'admin',
    tag: 'Operations',
    summary: 'Deliver events again that the webhook did not take for an hour, longest dead first.',
    body: Type.Object(
      { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1000 })) },
      { additionalProperties: false },
    ),
    status: 200,
    response: redelivery,
    async handle({ body }, { deadLetters }) {
      return { body: await deadLetters.redeliver(body.limit ?? 1000) }
    },
  }),
]
