import { generateKeyPair, randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { promisify } from 'node:util'
// node-forge is CommonJS with one object for everything.
import forge from 'node-forge'

/** A certificate and its private key, as PEM. */
export interface IssuedCertificate {
  readonly certificate: string
  readonly key: string
}

/** Whom a certificate is for. */
export interface CertificateSubject {
  readonly commonName: string
  /** Names and addresses at which a server with it is reached; none for a client. */
  readonly hosts: readonly string[]
}

const AUTHORITY_DAYS = 3650
/** Browsers and Apple's libraries refuse longer ones. */
const DAYS = 397
const DAY_MS = 24 * 60 * 60 * 1000
/** Clocks differ. */
const BACKDATED_MS = 60 * 60 * 1000

/** A new authority, named as `cockroach cert create-ca` names its own. */
export async function issueAuthority(): Promise<IssuedCertificate> {
  return issue({ commonName: 'Cockroach CA', days: AUTHORITY_DAYS }, undefined, [
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 1 },
    { name: 'keyUsage', critical: true, keyCertSign: true, digitalSignature: true, keyEncipherment: true },
  ])
}

/** A certificate by the authority: for a node, which is server and client, when it has hosts, else for a client. */
export async function issueCertificate(
  authority: IssuedCertificate,
  { commonName, hosts }: CertificateSubject,
): Promise<IssuedCertificate> {
  const altNames = hosts.map(host => (isIP(host) ? { type: 7, ip: host } : { type: 2, value: host }))
  return issue({ commonName, days: DAYS }, authority, [
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', serverAuth: hosts.length > 0, clientAuth: true },
    ...(altNames.length > 0 ? [{ name: 'subjectAltName', altNames }] : []),
  ])
}

async function issue(
  { commonName, days }: { readonly commonName: string; readonly days: number },
  authority: IssuedCertificate | undefined,
  extensions: object[],
): Promise<IssuedCertificate> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  // The first bit of a serial number is its sign.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`
  certificate.validity.notBefore = new Date(Date.now() - BACKDATED_MS)
  certificate.validity.notAfter = new Date(Date.now() + days * DAY_MS)
  certificate.setSubject([
    { name: 'organizationName', value: 'Cockroach' },
    { name: 'commonName', value: commonName },
  ])
  const issuer = authority === undefined ? certificate : forge.pki.certificateFromPem(authority.certificate)
  certificate.setIssuer(issuer.subject.attributes)
  certificate.setExtensions(extensions)
  certificate.sign(forge.pki.privateKeyFromPem(authority?.key ?? privateKey), forge.md.sha256.create())
  return { certificate: forge.pki.certificateToPem(certificate), key: privateKey }
}
