import { X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { CertificateFolder } from './certificate-folder.js'

/** What an encrypted client showed of itself. */
export interface Peer {
  /** Of its certificate; undefined when it showed none. */
  readonly commonName: string | undefined
  /** Whether the cluster's own authority issued the certificate. */
  readonly trusted: boolean
}

/** What connections to a secure cluster are protected with. */
export interface ConnectionSecurity {
  readonly context: SecureContext
  /** Reads the certificate that a client showed; it has proved to have the key. */
  readonly describePeer: (certificate: X509Certificate | undefined) => Peer
}

export function connectionSecurity({ authority, node }: CertificateFolder): ConnectionSecurity {
  const issuer = new X509Certificate(authority)
  return {
    context: createSecureContext({ ca: authority, cert: node.certificate, key: node.key }),
    describePeer: certificate => ({
      commonName: certificate && commonName(certificate),
      trusted: certificate !== undefined && isTrusted(certificate, issuer),
    }),
  }
}

function commonName({ subject }: X509Certificate): string {
  const names = subject.split('\n').filter(line => line.startsWith('CN='))
  return names.length === 1 ? (names[0] ?? '').slice('CN='.length) : ''
}

function isTrusted(certificate: X509Certificate, issuer: X509Certificate): boolean {
  const now = Date.now()
  const valid = Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo)
  return valid && !certificate.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}
