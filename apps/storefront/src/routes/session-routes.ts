import { Type } from 'typebox'
import type { Tokens } from '../entities/session.js'
import { type Route, route } from './route.js'
import { emailAddress, password, plainText, userParams } from './schemas/primitives.js'
import { entity } from './schemas/schema.js'

const tokens = entity<Tokens>('Tokens', {
  accessToken: plainText,
  expiresInSeconds: Type.Unsafe<number>({ type: 'integer' }),
  refreshToken: plainText,
})

const refreshToken = Type.String({
  pattern: '^[\\w-]{43}$',
  description: 'The refresh token that came last, as it came.',
})
const holder = Type.Object({ refreshToken }, { additionalProperties: false })
const noStore = { 'cache-control': 'no-store' }
const tag = 'Sessions'

export const sessionRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/sessions',
    access: 'anyone',
    tag,
    summary: 'Sign in.',
    body: Type.Object(
      { email: emailAddress, password: Type.String({ maxLength: 200, format: 'password' }) },
      { additionalProperties: false },
    ),
    status: 201,
    response: tokens,
    problems: ['invalid-credentials', 'too-many-requests'],
    async handle({ body, address }, { sessions }) {
      return { body: await sessions.signIn(body.email, body.password, address), headers: noStore }
    },
  }),
  route({
    method: 'POST',
    path: '/sessions/refresh',
    access: 'anyone',
    tag,
    summary: 'Exchange a refresh token for new tokens. Each works once.',
    body: holder,
    status: 200,
    response: tokens,
    problems: ['invalid-refresh-token', 'refresh-token-reused'],
    async handle({ body }, { sessions }) {
      return { body: await sessions.refresh(body.refreshToken), headers: noStore }
    },
  }),
  route({
    method: 'POST',
    path: '/sessions/end',
    access: 'anyone',
    tag,
    summary: 'Sign out: the refresh token and its successors are worth nothing any more.',
    body: holder,
    status: 204,
    async handle({ body }, { sessions }) {
      await sessions.signOut(body.refreshToken)
      return { body: undefined }
    },
  }),
  route({
    method: 'DELETE',
    path: '/users/{userId}/sessions',
    access: 'owner',
    tag,
    summary: 'Sign out everywhere. Access tokens that are out run out within minutes.',
    params: userParams,
    status: 204,
    async handle({ params }, { sessions }) {
      await sessions.signOutEverywhere(params.userId)
      return { body: undefined }
    },
  }),
  route({
    method: 'PUT',
    path: '/users/{userId}/password',
    access: 'owner',
    tag,
    summary: 'Change the password, and sign out everywhere.',
    params: userParams,
    body: Type.Object(
      { currentPassword: Type.String({ maxLength: 200, format: 'password' }), newPassword: password },
      { additionalProperties: false },
    ),
    status: 204,
    problems: ['invalid-credentials', 'too-many-requests'],
    async handle({ params, body }, { sessions }) {
      await sessions.changePassword(params.userId, body.currentPassword, body.newPassword)
      return { body: undefined }
    },
  }),
]
