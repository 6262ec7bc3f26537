import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { checkedPort, explainListenError, listenHost } from '../../src/topology/listen-address.js'

test.each([
  ['localhost', '127.0.0.1'],
  ['127.0.0.1', '127.0.0.1'],
  ['127.8.8.8', '127.8.8.8'],
  ['::1', '::1'],
])('%s is %s', (host, address) => {
  expect(listenHost(host, false)).toBe(address)
})

test.each(['0.0.0.0', '192.168.1.2', '::', 'example.com', '127.0.0.1.example.com', ''])('%s is refused', host => {
  expect(() => listenHost(host, false)).toThrow(expect.objectContaining({ code: 'CERCI_HOST_NOT_LOOPBACK' }))
})

test('all the ports of consecutive nodes must exist', () => {
  expect(checkedPort('port', 0, 10)).toBe(0)
  expect(checkedPort('port', 65_533, 3)).toBe(65_533)
  for (const port of [65_534, -1, 1.5, Number.NaN]) {
    expect(() => checkedPort('port', port, 3)).toThrow(
      expect.objectContaining({ code: 'CERCI_PORT_INVALID', message: expect.stringContaining('65533') }),
    )
  }
})

test("says what is wrong in the system's words when an address cannot be had", async () => {
  const address = { host: '203.0.113.1', port: 0, what: 'SQL of node 1', option: 'port (--port)' } // of no machine: RFC 5737
  const [error] = await once(createServer().listen(0, address.host), 'error')
  expect(explainListenError(error, address)).toMatchObject({
    code: 'CERCI_LISTEN_FAILED',
    message: 'Cannot listen on 203.0.113.1 port 0 for SQL of node 1: EADDRNOTAVAIL. Choose another with port (--port).',
  })
})

test('an error that is not of a listener stays what it is', () => {
  const error = new Error('other')
  expect(explainListenError(error, { host: '127.0.0.1', port: 1, what: 'x', option: 'port' })).toBe(error)
})
