import { isIPv6 } from 'node:net'

/** What a client is counted under: an IPv4 address, or an IPv6 /64, in which one customer can have a new address for every attempt. */
export function clientNetwork(address: string): string {
  const plain = address.replace(/%.*$/, '')
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1]
  if (mapped !== undefined || !isIPv6(plain)) return mapped ?? plain
  const [head = [], tail = []] = plain.split('::').map(part => part.split(':').filter(group => group !== ''))
  const zeros = Array.from({ length: plain.includes('::') ? 8 - head.length - tail.length : 0 }, () => '0')
  const prefix = [...head, ...zeros, ...tail].slice(0, 4)
  return `${prefix.map(group => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
