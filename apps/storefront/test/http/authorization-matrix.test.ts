import { describe, expect, test } from 'vitest'
import type { Route } from '../../src/routes/route.js'
import { routeTable } from '../../src/routes/route-table.js'
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
})
