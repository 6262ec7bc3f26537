import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { registerUser, servers, startTestStorefront } from '../fixture/storefront.js'

describe.each(servers)('accounts and posts with an idempotency key on %s', async (_, createServer) => {
  const { api: anyone, admin } = await startTestStorefront(createServer)

  const kinds = [
    ['accounts', { openingBalance: '5' }, { openingBalance: '6' }],
    ['posts', { title: 'Once', body: 'only' }, { title: 'Once', body: 'more' }],
  ] as const

  test.each(kinds)('%s: the same request again gets the first answer again, and makes nothing', async (kind, body) => {
    const { id } = await registerUser(anyone)
    const [path, key] = [`/users/${id}/${kind}`, randomUUID()]
    const first = await admin.once(path, body, key)
    expect(first.status).toBe(201)
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    const again = await admin.once(path, body, key)
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    for (const header of ['location', 'etag']) expect(again.headers.get(header)).toBe(first.headers.get(header))
    expect((await admin.get(path)).body.items).toEqual([first.body])
  })

  test.each(kinds)('%s: of many at the same moment, one is made and all get it', async (kind, body) => {
    const { id } = await registerUser(anyone)
    const [path, key] = [`/users/${id}/${kind}`, randomUUID()]
    const answers = await Promise.all(Array.from({ length: 6 }, () => admin.once(path, body, key)))
    const { items } = (await admin.get(path)).body
    expect(items).toHaveLength(1)
    expect(answers.map(answer => [answer.status, answer.body])).toEqual(answers.map(() => [201, items[0]]))
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1)
  })

  test.each(kinds)('%s: a key is for one request of one user', async (kind, body, otherBody) => {
    const [user, neighbour] = [await registerUser(anyone), await registerUser(anyone)]
    const [path, key] = [`/users/${user.id}/${kind}`, randomUUID()]
    const first = await admin.once(path, body, key)
    expect(await admin.once(path, otherBody, key)).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    })
    const elsewhere = await admin.once(`/users/${neighbour.id}/${kind}`, body, key)
    expect(elsewhere).toMatchObject({ status: 201, body: { userId: neighbour.id } })
    expect(elsewhere.body.id).not.toBe(first.body.id)
    for (const bad of ['short', 'with spaces in it', 'x'.repeat(65)])
      expect(await admin.once(path, body, bad)).toMatchObject({
        status: 400,
        body: { errors: [{ field: '/headers/idempotency-key' }] },
      })
    expect((await admin.get(path)).body.items).toHaveLength(1)
    expect(await admin.once(`/users/${randomUUID()}/${kind}`, body, key)).toMatchObject({
      status: 404,
      body: { code: 'user-not-found' },
    })
  })

  test.each(kinds)('%s: without a key, the same request again is another one', async (kind, body) => {
    const { id } = await registerUser(anyone)
    const path = `/users/${id}/${kind}`
    const [first, second] = [await admin.post(path, body), await admin.post(path, body)]
    expect(second.body.id).not.toBe(first.body.id)
    expect((await admin.get(path)).body.items).toHaveLength(2)
  })

  test('one key is good for an account and a post: they are not the same request', async () => {
    const { id, api: own } = await registerUser(anyone)
    const key = randomUUID()
    expect((await own.once(`/users/${id}/accounts`, {}, key)).status).toBe(201)
    expect((await own.once(`/users/${id}/posts`, { title: 'x', body: '' }, key)).status).toBe(201)
  })

  test('the first answer stays the answer, whatever has become of the thing', async () => {
    const { id, api: own } = await registerUser(anyone)
    const [posts, accounts, key] = [`/users/${id}/posts`, `/users/${id}/accounts`, randomUUID()]
    const post = await own.once(posts, { title: 'First', body: '' }, key)
    const path = post.headers.get('location') ?? ''
    expect((await own.patch(path, { title: 'Second' }, { 'if-match': '"1"' })).status).toBe(200)
    expect((await own.once(posts, { title: 'First', body: '' }, key)).body).toEqual(post.body)
    expect((await own.delete(path)).status).toBe(204)
    expect((await own.once(posts, { title: 'First', body: '' }, key)).body).toEqual(post.body)
    expect((await own.get(posts)).body.items).toEqual([])

    const from = await admin.once(accounts, { openingBalance: '5' }, key)
    const to = await own.post(accounts, {})
    await own.once('/transfers', { fromAccountId: from.body.id, toAccountId: to.body.id, amount: '5' })
    // The same amount, spelled differently.
    const again = await admin.once(accounts, { openingBalance: '5.00' }, key)
    expect(again).toMatchObject({ status: 201, body: from.body })
    // Whoever may not make money is not helped by a key.
    expect(await own.once(accounts, { openingBalance: '5' }, key)).toMatchObject({ status: 403 })
  })
})
