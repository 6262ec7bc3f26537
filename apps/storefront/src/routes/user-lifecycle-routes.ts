import { Type } from 'typebox'
import type { Deactivation } from '../services/user-lifecycle-service.js'
import { type Route, route } from './route.js'
import { userParams } from './schemas/primitives.js'
import { entity } from './schemas/schema.js'

const deactivation = entity<Deactivation>('Deactivation', {
  deactivated: Type.Unsafe<number>({ type: 'integer' }),
  more: Type.Unsafe<boolean>({ type: 'boolean', description: 'Whether to send the same request again.' }),
})

const tag = 'Users'

export const userLifecycleRoutes: readonly Route[] = [
  route({
    method: 'DELETE',
    path: '/users/{userId}',
    access: 'owner',
    tag,
    summary: 'Delete a user: the e-mail address is free again, orders and accounts stay.',
    params: userParams,
    status: 204,
    problems: ['user-not-found'],
    async handle({ params }, { userLifecycle }) {
      await userLifecycle.delete(params.userId)
      return { body: undefined }
    },
  }),
  route({
    method: 'POST',
    path: '/users/{userId}/erasure',
    access: 'admin',
    tag,
    summary:
      'Erase a user with orders, posts and sessions; what was not shipped goes back into the inventory. Accounts must be empty; they stay for the sake of those who paid.',
    params: userParams,
    status: 204,
    problems: ['user-not-found', 'account-not-empty', 'limit-exceeded'],
    async handle({ params }, { userLifecycle }) {
      await userLifecycle.erase(params.userId)
      return { body: undefined }
    },
  }),
  route({
    method: 'POST',
    path: '/users/deactivations',
    access: 'admin',
    tag,
    summary:
      'Deactivate users who have not signed in for a number of days: they cannot sign in until an administrator lets them.',
    body: Type.Object(
      {
        inactiveDays: Type.Integer({ minimum: 1, maximum: 36_500 }),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1000 })),
      },
      { additionalProperties: false },
    ),
    status: 200,
    response: deactivation,
    async handle({ body }, { userLifecycle }) {
      return { body: await userLifecycle.deactivateInactive(body.inactiveDays, body.limit ?? 1000) }
    },
  }),
  route({
    method: 'POST',
    path: '/users/{userId}/reactivation',
    access: 'admin',
    tag,
    summary: 'Let a deactivated user sign in again.',
    params: userParams,
    status: 204,
    problems: ['user-not-found'],
    async handle({ params }, { userLifecycle }) {
      await userLifecycle.reactivate(params.userId)
      return { body: undefined }
    },
  }),
]
