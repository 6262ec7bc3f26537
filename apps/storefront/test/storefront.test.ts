import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../test/fixture/cluster.js'
import { openStorefront, password, servers } from './fixture/storefront.js'

const body = JSON.stringify({ email: 'late@example.com', name: 'Late', password })

describe.each(servers)('a storefront that stops, on %s', (_, createServer) => {
  test('is not ready, takes nobody new, and finishes what is under way before anything is closed', async () => {
    const storefront = await openStorefront(await freshDatabase(), createServer)
    const { api, cluster, services } = storefront
    const begun = await begin(api.address)
    const closed = storefront[Symbol.asyncDispose]()
    expect(await services.operations.ready()).toBe(false)
    expect(await services.operations.health()).toMatchObject({ status: 'unavailable', database: { reachable: true } })
    await refused(api.address)
    expect((await cluster.query('SELECT 1')).rowCount).toBe(1)
    begun.write(body.slice(1))
    const [answer]: Buffer[] = await once(begun, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1.1 201 /)
    begun.destroy()
    await closed
    await expect(cluster.query('SELECT 1')).rejects.toMatchObject({ code: 'CERCI_POOL_CLOSED' })
  })
})

/** A request that the service has begun to read. */
async function begin(address: string): Promise<Socket> {
  const { port, hostname } = new URL(address)
  const socket = connect(Number(port), hostname)
  const head = ['POST /users HTTP/1.1', 'host: x', 'content-type: application/json', 'expect: 100-continue']
  socket.write(`${head.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n`)
  const [go]: Buffer[] = await once(socket, 'data')
  expect(String(go)).toMatch(/^HTTP\/1.1 100 /)
  socket.write(body.slice(0, 1))
  return socket
}

async function refused(address: string): Promise<void> {
  const { port, hostname } = new URL(address)
  for (;;) {
    const socket = connect(Number(port), hostname)
    const happened = await Promise.race([once(socket, 'connect'), once(socket, 'error').then(() => 'refused')]).catch(
      () => 'refused',
    )
    socket.destroy()
    if (happened === 'refused') return
    await delay(20)
  }
}
