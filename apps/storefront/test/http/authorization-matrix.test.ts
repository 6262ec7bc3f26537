import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Route } from '../../src/routes/route.js'
import { routeTable } from '../../src/routes/route-table.js'
import type { Answer, Api } from '../fixture/api.js'
import { registerUser, servers, startTestStorefront } from '../fixture/storefront.js'

const who = ['anonymous', 'other', 'owner', 'admin'] as const

/** What each may be answered before the request itself is looked at; undefined: it is let through. */
const expected: Record<Route['access'], readonly (401 | 403 | undefined)[]> = {
  anyone: [undefined, undefined, undefined, undefined],
  user: [401, undefined, undefined, undefined],
  owner: [401, 403, undefined, undefined],
  admin: [401, 403, 403, undefined],
}

describe.each(servers)('the authorization matrix on %s', async (_, createServer) => {
  const { api, admin } = await startTestStorefront(createServer)
  const owner = await registerUser(api)
  const other = await registerUser(api)
  const senders = { anonymous: api, other: other.api, owner: owner.api, admin }

  const cells = routeTable.flatMap(({ method, path, access }) =>
    who.map((sender, index) => [method, path, sender, access, expected[access][index]] as const),
  )

  // A query that no route accepts shows whether a request was let through, without anything happening.
  test.each(cells)('%s %s by %s, for %s: %s', async (method, path, sender, _access, refusal) => {
    const address = path.replace('{userId}', owner.id).replaceAll(/\{\w+\}/g, 'x')
    const { status } = await senders[sender].send(method, `${address}?x=1`)
    expect(status).toBe(refusal ?? 400)
  })

  test('whoever is signed in is let through to what is theirs, and to nothing of others', async () => {
    const [from, to] = [await account(owner.id), await account(owner.id)]
    const sent = { fromAccountId: from, toAccountId: to, amount: '1' }
    const { body: made } = await owner.api.once('/transfers', sent)
    const hidden = { 'account-not-found': 404, 'transfer-not-found': 404, 'unknown-account': 422 } as const
    const requests: Readonly<
      Record<string, readonly [send: (api: Api) => Promise<Answer>, code: keyof typeof hidden]>
    > = {
      'GET /accounts/{accountId}': [by => by.get(`/accounts/${from}`), 'account-not-found'],
      'GET /accounts/{accountId}/statement': [by => by.get(`/accounts/${from}/statement`), 'account-not-found'],
      'POST /transfers': [by => by.once('/transfers', sent), 'unknown-account'],
      'GET /transfers/{transferId}': [by => by.get(`/transfers/${made.id}`), 'transfer-not-found'],
    }
    const shared = routeTable.filter(({ access }) => access === 'user')
    expect(Object.keys(requests).toSorted()).toEqual(shared.map(({ method, path }) => `${method} ${path}`).toSorted())
    const before = (await admin.get(`/accounts/${from}`)).body.balance
    for (const [send, code] of Object.values(requests)) {
      expect(await send(other.api)).toMatchObject({ status: hidden[code], body: { code } })
      expect(await send(api)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    }
    expect((await admin.get(`/accounts/${from}`)).body.balance).toBe(before)
    for (const by of [owner.api, admin])
      for (const [send] of Object.values(requests)) expect((await send(by)).status).toBeLessThan(300)
  })

  test('what belongs to others is answered like what is not there', async () => {
    const [there, missing] = [await account(owner.id), randomUUID()]
    const answers: string[] = []
    for (const id of [there, missing]) {
      const { body } = await other.api.get(`/accounts/${id}`)
      answers.push(JSON.stringify({ ...body, requestId: '' }).replaceAll(id, 'ID'))
    }
    expect(answers[0]).toBe(answers[1])
  })

  async function account(userId: string): Promise<string> {
    return (await admin.post(`/users/${userId}/accounts`, { openingBalance: '100' })).body.id
  }
})
