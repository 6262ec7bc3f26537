import { describe, expect, test } from 'vitest'
import { password, registerUser, servers, startTestStorefront } from '../fixture/storefront.js'

describe.each(servers)('users on %s', async (_, createServer) => {
  const { api, admin } = await startTestStorefront(createServer)

  test('registers a user with a lower-case address and says where it is', async () => {
    const created = await api.post('/users', { email: 'Ada@Example.com', name: 'Ada Lovelace', password })
    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({ email: 'ada@example.com', name: 'Ada Lovelace', role: 'user', version: 1 })
    expect(created.headers.get('location')).toBe(`/users/${created.body.id}`)
    expect(created.headers.get('etag')).toBe('"1"')
    const found = await admin.get(`/users/${created.body.id}`)
    expect(found.body).toEqual(created.body)
    expect(found.headers.get('cache-control')).toBe('no-store')
    expect(found.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('refuses an address that is taken, in whatever case', async () => {
    await registerUser(api, 'taken@example.com')
    const second = await api.post('/users', { email: 'TAKEN@example.com', name: 'Other', password })
    expect(second).toMatchObject({ status: 409, body: { code: 'email-taken' } })
  })

  test('names all fields that are wrong, and writes nothing', async () => {
    const before = await admin.get('/users?limit=100')
    const answer = await api.post('/users', { email: 'no address', name: ' ', password: 'short', role: 'admin' })
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    expect(answer.body.errors.map(({ field }: { field: string }) => field).toSorted()).toEqual([
      '/body/email',
      '/body/name',
      '/body/password',
      '/body/role',
    ])
    expect((await admin.get('/users?limit=100')).body).toEqual(before.body)
  })

  test('answers 404 for a user that is not there and 400 for what is no id', async () => {
    const missing = await admin.get('/users/6f1e7a52-8d5c-4d0a-9b7e-2f6f0f6f3c11')
    expect(missing).toMatchObject({ status: 404, body: { code: 'user-not-found' } })
    const wrong = await admin.get('/users/42')
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: '/params/userId' }] } })
  })

  test('changes a user only in the version it was decided on', async () => {
    const { id, api: own } = await registerUser(api, 'versioned@example.com')
    const without = await own.patch(`/users/${id}`, { name: 'New' })
    expect(without).toMatchObject({ status: 428, body: { code: 'version-required' } })
    const first = await own.patch(`/users/${id}`, { name: 'New' }, { 'if-match': '"1"' })
    expect(first).toMatchObject({ status: 200, body: { name: 'New', email: 'versioned@example.com', version: 2 } })
    expect(first.headers.get('etag')).toBe('"2"')
    const lost = await own.patch(`/users/${id}`, { name: 'Late' }, { 'if-match': '"1"' })
    expect(lost).toMatchObject({ status: 412, body: { code: 'version-conflict' } })
    expect((await own.get(`/users/${id}`)).body.name).toBe('New')
  })

  test('lets one of several concurrent changes of one version win', async () => {
    const { id, api: own } = await registerUser(api)
    const answers = await Promise.all(
      ['A', 'B', 'C', 'D'].map(name => own.patch(`/users/${id}`, { name }, { 'if-match': '"1"' })),
    )
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '412', '412', '412'])
  })

  test('deletes a user so that the address is free again, the sessions end, and the history stays', async () => {
    const { id, api: own } = await registerUser(api, 'leaver@example.com')
    const product = await admin.post('/products', { sku: 'LEFT', name: 'Left', price: '1', stock: 1 })
    await own.once(`/users/${id}/orders`, { items: [{ productId: product.body.id, quantity: 1 }] })
    await own.post(`/users/${id}/accounts`, {})
    expect((await own.delete(`/users/${id}`)).status).toBe(204)
    expect((await admin.get(`/users/${id}`)).status).toBe(404)
    expect((await admin.delete(`/users/${id}`)).status).toBe(404)
    for (const kept of ['orders', 'accounts'])
      expect((await admin.get(`/users/${id}/${kept}`)).body.items).toHaveLength(1)
    expect(await api.post('/sessions', { email: 'leaver@example.com', password })).toMatchObject({ status: 401 })
    expect((await registerUser(api, 'leaver@example.com')).id).not.toBe(id)
  })

  test('pages through all users, newest first, each exactly once', async () => {
    for (const index of [0, 1, 2, 3, 4, 5, 6]) await registerUser(api, `page${index}@example.com`)
    const all = (await admin.get('/users?limit=100')).body.items
    const seen: unknown[] = []
    let cursor: string | undefined
    do {
      const page = await admin.get(`/users?limit=3${cursor === undefined ? '' : `&cursor=${cursor}`}`)
      expect(page.body.items.length).toBeLessThanOrEqual(3)
      seen.push(...page.body.items)
      cursor = page.body.nextCursor
    } while (cursor !== undefined)
    expect(seen).toEqual(all)
    expect(seen[0]).toMatchObject({ email: 'page6@example.com' })
  })

  test.each(['x', 'e30', 'WyJhIiwiYiJd', 'WzEsMl0'])('refuses the cursor %s', async cursor => {
    expect(await admin.get(`/users?cursor=${cursor}`)).toMatchObject({ status: 400, body: { code: 'invalid-cursor' } })
  })

  test('searches names and addresses in whatever case, and takes wildcards literally', async () => {
    await registerUser(api, 'grace@navy.example.com', 'Grace 100%_\\ Hopper')
    for (const text of ['hOPPER', 'NAVY', '100%_\\']) {
      const found = await admin.get(`/users?search=${encodeURIComponent(text)}`)
      expect(found.body.items).toMatchObject([{ email: 'grace@navy.example.com' }])
    }
    expect((await admin.get('/users?search=%25%25%25')).body.items).toEqual([])
  })
})
