import { once } from 'node:events'
import { createServer } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { expect, it } from 'vitest'
import { CertificateFolder } from '../../../src/security/certificate-folder.js'
import { connectionSecurity } from '../../../src/security/connection-security.js'
import { ClientSocket } from '../../../src/session/client/client-socket.js'
import { temporaryFolder } from '../../engine/temporary-folder.js'

const endings: Record<string, (client: ClientSocket) => void> = {
  'with nothing under way': client => client.reset(),
  'with bytes under way': client => {
    client.write(Buffer.alloc(9_000_000))
    client.reset()
  },
  'while it is closing': client => {
    client.end(Buffer.from('the last word'))
    client.reset()
  },
  'while it is closing, with bytes under way': client => {
    client.end(Buffer.alloc(9_000_000))
    client.reset()
  },
}

/** A handle that is never closed would keep the process from ending. */
it.each(Object.entries(endings))('an encrypted client is reset %s', async (_when, reset) => {
  const folder = await CertificateFolder.open(temporaryFolder(), ['127.0.0.1'])
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const serving = once(server, 'connection').then(async ([socket]) => {
    const client = new ClientSocket(socket)
    return { client, secured: await client.startTls(connectionSecurity(folder)) }
  })
  const peer = connectTls({ port: address.port, host: '127.0.0.1', ca: folder.authority })
  peer.on('error', () => undefined)
  await once(peer, 'secureConnect')
  const { client, secured } = await serving
  expect(secured).toBe(true)
  reset(client)
  await client.closed
  const closed = once(server, 'close')
  server.close()
  await closed
})
