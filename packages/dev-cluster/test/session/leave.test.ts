import { once } from 'node:events'
import { expect, it } from 'vitest'
import { frames } from './raw-client.js'
import { sessionCluster } from './session-cluster.js'

const cluster = await sessionCluster()

it('a client that says good-bye and closes its side sees no reset', async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => cluster.connectRaw()))
  const errors: Error[] = []
  const closed = clients.map(({ socket }) => {
    socket.on('error', error => errors.push(error))
    return once(socket, 'close')
  })
  for (const { socket } of clients) socket.end(frames({ name: 'Terminate' }))
  await Promise.all(closed)
  expect(errors).toEqual([])
})
