import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { ClientSocket } from '../../../src/session/client/client-socket.js'
import { readOpening } from '../../../src/session/startup/handshake.js'
import { RawClient } from '../raw-client.js'

it('closes a connection on which nothing is said in time', async () => {
  const server = createServer()
  const opening = once(server, 'connection').then(([socket]) => readOpening(new ClientSocket(socket), undefined, 20))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const client = await RawClient.open('127.0.0.1', address.port)
  expect(await client.untilClosed()).toEqual([])
  expect(await opening).toBeUndefined()
  server.close()
})
