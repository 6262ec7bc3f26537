import { randomUUID } from 'node:crypto'
import { example } from '@cerci/example-prisma'
import { connect } from '@cerci/example-prisma/connect'
import { userHandler } from '@cerci/example-prisma/handler'
import { Cluster } from 'cerci'
import { expect, it } from 'vitest'
import { freshDatabase } from '../fixture/cluster.js'

it('GET answers a user with its posts', async () => {
  const cluster = new Cluster(await freshDatabase())
  await example.migrate(cluster)
  await using database = connect(cluster)
  await using service = await example.open(cluster)
  const user = await service.createUser({ name: 'Ada', email: 'ada@example.com' }, '1.00')
  await service.addPost(user.id, 'first')
  await service.addPost(user.id, 'second')
  const GET = userHandler(database)
  const get = async (id: string): Promise<[number, unknown]> => {
    const response = await GET(new Request(`http://localhost/users?id=${id}`))
    return [response.status, await response.json()]
  }
  expect(await get(user.id)).toEqual([
    200,
    expect.objectContaining({
      name: 'Ada',
      account: { id: user.account.id, balance: '1.00' },
      posts: [expect.objectContaining({ title: 'second', views: '0' }), expect.objectContaining({ title: 'first' })],
    }),
  ])
  expect(await get(randomUUID())).toEqual([404, { error: 'there is no such user' }])
  expect(await get("'; DROP TABLE users")).toEqual([400, { error: 'id must be a UUID' }])
  await cluster.close()
}, 60_000)
