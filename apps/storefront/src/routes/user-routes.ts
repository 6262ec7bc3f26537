import { Type } from 'typebox'
import { type Role, roles } from '../entities/session.js'
import type { User, UserOverview } from '../entities/user.js'
import { type Route, route } from './route.js'
import { account } from './schemas/accounts.js'
import { requiredVersion, versionHeaders, versionTag } from './schemas/headers.js'
import { orderSummary } from './schemas/orders.js'
import { pageOf, pageRequest, searchQuery } from './schemas/paging.js'
import { emailAddress, label, password, timestamp, userParams, uuid, version } from './schemas/primitives.js'
import { entity, list, type Schema } from './schemas/schema.js'

const user: Schema<User> = entity<User>('User', {
  id: uuid,
  email: emailAddress,
  name: label,
  role: Type.Unsafe<Role>({ type: 'string', enum: [...roles] }),
  version,
  createdAt: timestamp,
  updatedAt: timestamp,
})

const overview: Schema<UserOverview> = entity<UserOverview>('UserOverview', {
  user,
  accounts: list(account),
  orders: list(orderSummary),
})

const tag = 'Users'

export const userRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/users',
    access: 'anyone',
    tag,
    summary: 'Register a user.',
    body: Type.Object({ email: emailAddress, name: label, password }, { additionalProperties: false }),
    status: 201,
    response: user,
    problems: ['email-taken', 'too-many-requests'],
    async handle({ body, address }, { users }) {
      const created = await users.register(body, address)
      return { body: created, headers: { location: `/users/${created.id}`, ...versionTag(created) } }
    },
  }),
  route({
    method: 'GET',
    path: '/users',
    access: 'admin',
    tag,
    summary: 'List users, newest first; with `search`, those whose name or e-mail address contains it.',
    query: searchQuery,
    status: 200,
    response: pageOf('UserPage', user),
    problems: ['invalid-cursor'],
    async handle({ query }, { users }) {
      const { search, ...page } = query
      return { body: await users.list(pageRequest(page), search) }
    },
  }),
  route({
    method: 'GET',
    path: '/users/{userId}',
    access: 'owner',
    tag,
    summary: 'Get a user.',
    params: userParams,
    status: 200,
    response: user,
    problems: ['user-not-found'],
    async handle({ params }, { users }) {
      const found = await users.get(params.userId)
      return { body: found, headers: versionTag(found) }
    },
  }),
  route({
    method: 'PATCH',
    path: '/users/{userId}',
    access: 'owner',
    tag,
    summary: 'Change a user that still has the version in If-Match.',
    params: userParams,
    headers: versionHeaders,
    body: Type.Object(
      { email: Type.Optional(emailAddress), name: Type.Optional(label) },
      { additionalProperties: false, minProperties: 1 },
    ),
    status: 200,
    response: user,
    problems: ['user-not-found', 'email-taken', 'version-conflict', 'version-required'],
    async handle({ params, headers, body }, { users }) {
      const updated = await users.update(params.userId, requiredVersion(headers), body)
      return { body: updated, headers: versionTag(updated) }
    },
  }),
  route({
    method: 'GET',
    path: '/users/{userId}/overview',
    access: 'owner',
    tag,
    summary: 'Get a user with the accounts and the latest orders, in one query.',
    params: userParams,
    status: 200,
    response: overview,
    problems: ['user-not-found'],
    async handle({ params }, { users }) {
      return { body: await users.overview(params.userId) }
    },
  }),
]
