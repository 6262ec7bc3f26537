import { describe, expect, test } from 'vitest'
import { registerUser, servers, startTestStorefront } from '../fixture/storefront.js'

describe.each(servers)('posts on %s', async (_, createServer) => {
  const { api: anyone } = await startTestStorefront(createServer)
  const { api: own, id: userId } = await registerUser(anyone)

  test('are written by their user, read by everybody, changed by version and deleted', async () => {
    const created = await own.post(`/users/${userId}/posts`, { title: 'First', body: 'one\ntwo 💥' })
    expect(created).toMatchObject({ status: 201, body: { title: 'First', body: 'one\ntwo 💥', version: 1 } })
    const path = created.headers.get('location') ?? ''
    expect((await anyone.get(path)).body).toEqual(created.body)
    const changed = await own.patch(path, { title: 'Second' }, { 'if-match': '"1"' })
    expect(changed).toMatchObject({ status: 200, body: { title: 'Second', body: 'one\ntwo 💥', version: 2 } })
    expect(await own.patch(path, { title: 'Third' }, { 'if-match': '"1"' })).toMatchObject({ status: 412 })
    expect(await own.patch(path, { title: 'Third' })).toMatchObject({ status: 428 })
    expect((await own.delete(path)).status).toBe(204)
    expect(await anyone.get(path)).toMatchObject({ status: 404, body: { code: 'post-not-found' } })
    expect((await own.delete(path)).status).toBe(404)
  })

  test('are listed page by page, newest first', async () => {
    for (const title of ['a', 'b', 'c']) await own.post(`/users/${userId}/posts`, { title, body: '' })
    const first = await anyone.get(`/users/${userId}/posts?limit=2`)
    const rest = await anyone.get(`/users/${userId}/posts?limit=2&cursor=${first.body.nextCursor}`)
    expect([...first.body.items, ...rest.body.items].map(({ title }) => title)).toEqual(['c', 'b', 'a'])
  })
})
