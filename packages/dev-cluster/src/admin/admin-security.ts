import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { DevClusterError } from '../dev-cluster-error.js'

/**
 * Lets in who shows root's certificate. What a cluster that is not secure serves, it serves to this machine only.
 *
 * @throws {DevClusterError} `CERCI_ADMIN_CERTIFICATE`
 */
export function checkCertificate({ socket }: IncomingMessage): void {
  if (!(socket instanceof TLSSocket)) return
  if (socket.authorized && socket.getPeerCertificate().subject?.CN === 'root') return
  throw new DevClusterError('CERCI_ADMIN_CERTIFICATE')
}
