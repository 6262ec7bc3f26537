import { expect, test } from 'vitest'
import { checkedPort, explainListenError, loopbackHost } from '../../src/topology/listen-address.js'

test.each([
  ['localhost', '127.0.0.1'],
  ['127.0.0.1', '127.0.0.1'],
  ['127.8.8.8', '127.8.8.8'],
  ['::1', '::1'],
])('%s is %s', (host, address) => {
  expect(loopbackHost(host)).toBe(address)
})

test.each(['0.0.0.0', '192.168.1.2', '::', 'example.com', '127.0.0.1.example.com', ''])('%s is refused', host => {
  expect(() => loopbackHost(host)).toThrow(expect.objectContaining({ code: 'CERCI_HOST_NOT_LOOPBACK' }))
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

test('an error that is not of a listener stays what it is', () => {
  const error = new Error('other')
  expect(explainListenError(error, { host: '127.0.0.1', port: 1, what: 'x', option: 'port' })).toBe(error)
})
