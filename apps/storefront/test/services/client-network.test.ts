import { expect, test } from 'vitest'
import { clientNetwork } from '../../src/services/client-network.js'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:0:5::1', '2001:db8:0:5::/64'],
  ['2001:0DB8:0000:0005:ffff:ffff:ffff:ffff', '2001:db8:0:5::/64'],
  ['2001:db8:0:6::1', '2001:db8:0:6::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
])('counts %j under %j', (address, network) => {
  expect(clientNetwork(address)).toBe(network)
})
