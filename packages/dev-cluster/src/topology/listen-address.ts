import { isIP } from 'node:net'
import { DevClusterError } from '../dev-cluster-error.js'

/** Where something listens, in the words of errors. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
  /** What listens there, such as `SQL of node 1`. */
  readonly what: string
  /** The option, and the flag, that choose the port. */
  readonly option: string
}

const LAST_PORT = 65_535

/**
 * The address to listen on.
 *
 * @throws {DevClusterError} `CERCI_HOST_NOT_LOOPBACK`: without `secure` everybody is root, so nobody from elsewhere may reach it
 */
export function listenHost(host: string, secure: boolean): string {
  const address = host === 'localhost' ? '127.0.0.1' : host
  if (secure || isLoopback(address)) return address
  throw new DevClusterError('CERCI_HOST_NOT_LOOPBACK', { host })
}

/** The address at which this machine reaches a listener. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

/** Whether an address, or the one name that always means one, is of this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** As in a URL. */
export function printAddress(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/**
 * Checks a port and those that follow it; 0 stands for any free ports.
 *
 * @throws {DevClusterError} `CERCI_PORT_INVALID`
 */
export function checkedPort(option: string, port: number, count = 1): number {
  if (Number.isInteger(port) && port >= 0 && (port === 0 || port + count - 1 <= LAST_PORT)) return port
  const because = count > 1 && port > 0 && port <= LAST_PORT ? `: ${count} nodes need as many ports from there` : ''
  throw new DevClusterError('CERCI_PORT_INVALID', { port, option, because, last: LAST_PORT + 1 - count })
}

/** Node's error of a listener in words that say what to do. */
export function explainListenError(error: unknown, address: ListenAddress): unknown {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return error
  if (error.code === 'EADDRINUSE') return new DevClusterError('CERCI_PORT_IN_USE', { ...address }, error)
  return new DevClusterError('CERCI_LISTEN_FAILED', { ...address, reason: String(error.code) }, error)
}
