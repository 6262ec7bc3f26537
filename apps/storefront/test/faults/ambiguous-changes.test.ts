import { randomUUID } from 'node:crypto'
import { ambiguousCommits, DevCluster } from '@cerci/dev-cluster'
import { expect, test } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { openShop } from '../fixture/shop.js'
import { openStorefront, password, registerUser } from '../fixture/storefront.js'

describeFaults('changes whose commit is ambiguous', () => {
  test.each([true, false])('are made once and answered as always, committed (%s) or not', async committed => {
    await using devCluster = await DevCluster.start()
    await using storefront = await openStorefront(devCluster.url)
    const { admin } = storefront
    const { user, productIds } = await openShop(admin)
    const other = await registerUser(admin)
    const post = await user.api.post(`/users/${user.id}/posts`, { title: 'x', body: '' })

    async function lose<Answer>(inTransaction: boolean, send: () => Promise<Answer>): Promise<Answer> {
      devCluster.faults.add(ambiguousCommits({ committed, inTransaction, times: 1 }))
      const answer = await send()
      expect(devCluster.faults.list()).toMatchObject([{ hits: 1 }])
      return answer
    }

    for (const [kind, body] of [
      ['posts', { title: 'Once', body: '' }],
      ['accounts', { openingBalance: '5' }],
    ] as const) {
      const key = randomUUID()
      const path = `/users/${user.id}/${kind}`
      const before = (await admin.get(path)).body.items.length
      const created = await lose(true, () => admin.once(path, body, key))
      expect(created.status).toBe(201)
      expect((await admin.once(path, body, key)).body).toEqual(created.body)
      expect((await admin.get(path)).body.items).toHaveLength(before + 1)
    }
    const stock = `/products/${productIds[0]}/stock`
    expect(await lose(false, () => admin.once(stock, { change: 5 }))).toMatchObject({ body: { stock: 405 } })
    const sku = randomUUID()
    const product = await lose(true, () => admin.post('/products', { sku, name: 'Thing', price: '1', stock: 2 }))
    expect(product).toMatchObject({ status: 201, body: { sku, stock: 2, version: 1 } })
    expect(await lose(true, () => user.api.delete(`/users/${user.id}/posts/${post.body.id}`))).toMatchObject({
      status: 204,
    })
    const change = { currentPassword: password, newPassword: 'another horse battery' }
    const changed = await lose(true, () => user.api.send('PUT', `/users/${user.id}/password`, { body: change }))
    expect(changed.status).toBe(204)
    const signIn = { email: user.email, password: change.newPassword }
    expect((await admin.post('/sessions', signIn)).status).toBe(201)
    expect(await lose(true, () => other.api.delete(`/users/${other.id}`))).toMatchObject({ status: 204 })
    expect((await admin.post('/sessions', { email: other.email, password })).status).toBe(401)
    const third = await registerUser(admin, `${randomUUID()}@example.com`)
    expect(await lose(true, () => admin.post(`/users/${third.id}/erasure`, undefined))).toMatchObject({ status: 204 })
    expect((await admin.get(`/users/${third.id}`)).status).toBe(404)
  })
})
