import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { DevClusterError } from '../dev-cluster-error.js'
import { isLoopback } from '../topology/listen-address.js'

const MAX_BODY_BYTES = 1_000_000

/**
 * Refuses what a web page of another site could have sent: a browser says where a page comes from in Origin and
 * Sec-Fetch-Site, and a rebound name in Host.
 *
 * @throws {DevClusterError} `CERCI_ADMIN_FORBIDDEN`
 */
export function checkSender(request: IncomingMessage): void {
  const { host = '', origin, 'sec-fetch-site': site } = request.headers
  // A page of another site cannot have a certificate for a rebound name.
  const encrypted = request.socket instanceof TLSSocket
  if (!encrypted && !isLoopbackHost(host))
    throw new DevClusterError('CERCI_ADMIN_FORBIDDEN', { header: 'Host', value: host })
  if (origin !== undefined && origin !== `${encrypted ? 'https' : 'http'}://${host}`) {
    throw new DevClusterError('CERCI_ADMIN_FORBIDDEN', { header: 'Origin', value: origin })
  }
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new DevClusterError('CERCI_ADMIN_FORBIDDEN', { header: 'Sec-Fetch-Site', value: site })
  }
}

function isLoopbackHost(header: string): boolean {
  const [, name = ''] = /^(.*?)(?::\d+)?$/.exec(header) ?? []
  return isLoopback(name.replace(/^\[(.*)\]$/, '$1').toLowerCase())
}

/** @throws {DevClusterError} `CERCI_ADMIN_BODY` when it is no JSON or too long */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    length += chunk.length
    if (length > MAX_BODY_BYTES)
      throw new DevClusterError('CERCI_ADMIN_BODY', { reason: `longer than ${MAX_BODY_BYTES} bytes` })
    chunks.push(chunk)
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    return value
  } catch (cause) {
    throw new DevClusterError('CERCI_ADMIN_BODY', { reason: 'not JSON' }, cause)
  }
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
