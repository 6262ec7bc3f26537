import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ControlConnection } from '../../src/engine/control-connection.js'
import { temporaryFolder } from './temporary-folder.js'

/** A server that answers whatever comes with these bytes. */
async function stranger(answer: string): Promise<string> {
  const socketPath = join(temporaryFolder(), 'socket')
  const server = createServer(socket => socket.once('data', () => socket.end(answer))).listen(socketPath)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return socketPath
}

test('says so when what answers is not PostgreSQL', async () => {
  const socketPath = await stranger('HTTP/1.1 400 Bad Request\r\n\r\n')
  await expect(ControlConnection.open({ socketPath, database: 'x' })).rejects.toMatchObject({
    code: 'CERCI_ENGINE_PROTOCOL',
    cause: expect.any(Error),
  })
})

test('says so when the server closes', async () => {
  const socketPath = await stranger('')
  await expect(ControlConnection.open({ socketPath, database: 'x' })).rejects.toMatchObject({
    code: 'CERCI_ENGINE_CLOSED',
  })
})

test("passes the system's error on when nobody listens", async () => {
  const socketPath = join(temporaryFolder(), 'socket')
  await expect(ControlConnection.open({ socketPath, database: 'x' })).rejects.toMatchObject({ code: 'ENOENT' })
})
