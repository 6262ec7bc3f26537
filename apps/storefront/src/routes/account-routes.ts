import { Type } from 'typebox'
import { scopeOf } from '../entities/scope.js'
import { type Route, route } from './route.js'
import { account, statementEntry } from './schemas/accounts.js'
import { optionalIdempotencyHeaders, repeatHeader } from './schemas/headers.js'
import { pageOf, pageQuery, pageRequest } from './schemas/paging.js'
import { money, userParams, uuid } from './schemas/primitives.js'

const accountParams = Type.Object({ accountId: uuid })
const tag = 'Accounts'

export const accountRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/users/{userId}/accounts',
    access: 'owner',
    tag,
    summary:
      'Open an account, exactly once for each idempotency key if there is one. Only an administrator may say that there is money on it.',
    params: userParams,
    headers: optionalIdempotencyHeaders,
    body: Type.Object({ openingBalance: Type.Optional(money) }, { additionalProperties: false }),
    status: 201,
    response: account,
    problems: ['user-not-found', 'idempotency-key-reused'],
    async handle({ params, headers, body, session }, { accounts }) {
      const { thing: opened, repeated } = await accounts.open(params.userId, {
        openingBalance: body.openingBalance ?? '0',
        mayCreateMoney: session?.role === 'admin',
        idempotencyKey: headers['idempotency-key'],
      })
      return { body: opened, headers: { location: `/accounts/${opened.id}`, ...repeatHeader(repeated) } }
    },
  }),
  route({
    method: 'GET',
    path: '/users/{userId}/accounts',
    access: 'owner',
    tag,
    summary: "List a user's accounts, newest first.",
    params: userParams,
    query: pageQuery,
    status: 200,
    response: pageOf('AccountPage', account),
    problems: ['invalid-cursor'],
    async handle({ params, query }, { accounts }) {
      return { body: await accounts.list(params.userId, pageRequest(query)) }
    },
  }),
  route({
    method: 'GET',
    path: '/accounts/{accountId}',
    access: 'user',
    tag,
    summary: 'Get an account with its balance.',
    params: accountParams,
    status: 200,
    response: account,
    problems: ['account-not-found'],
    async handle({ params, session }, { accounts }) {
      return { body: await accounts.get(params.accountId, scopeOf(session)) }
    },
  }),
  route({
    method: 'GET',
    path: '/accounts/{accountId}/statement',
    access: 'user',
    tag,
    summary: 'List what went in and out of an account, newest first.',
    params: accountParams,
    query: pageQuery,
    status: 200,
    response: pageOf('StatementPage', statementEntry),
    problems: ['account-not-found', 'invalid-cursor'],
    async handle({ params, query, session }, { accounts }) {
      return { body: await accounts.statement(params.accountId, scopeOf(session), pageRequest(query)) }
    },
  }),
]
