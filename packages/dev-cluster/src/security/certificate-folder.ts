import { X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { DevClusterError } from '../dev-cluster-error.js'
import type { IssuedCertificate } from './issue-certificate.js'

/** The files with which a user connects. */
export interface ClientFiles {
  readonly certificate: string
  readonly key: string
}

const AUTHORITY = 'ca'
const NODE = 'node'

/**
 * A folder of certificates, laid out as `cockroach cert` does: `ca.crt`, `ca.key`, `node.crt`, `node.key`,
 * `client.root.crt`, `client.root.key` and so on. What is missing is made; what is there is used.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/cockroach-cert
 */
export class CertificateFolder {
  readonly folder: string
  readonly node: IssuedCertificate
  /** The authority's certificate, as PEM. */
  readonly authority: string

  private constructor(folder: string, authority: string, node: IssuedCertificate) {
    this.folder = folder
    this.authority = authority
    this.node = node
  }

  /**
   * @param hosts names and addresses at which the nodes are reached
   * @throws {DevClusterError} `CERCI_CERTS_UNUSABLE`
   */
  static async open(folder: string, hosts: readonly string[]): Promise<CertificateFolder> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      if (!existsSync(join(folder, `${AUTHORITY}.crt`))) {
        const { issueAuthority } = await import('./issue-certificate.js')
        await write(folder, AUTHORITY, await issueAuthority())
      }
      const authority = await readFile(join(folder, `${AUTHORITY}.crt`), 'utf8')
      const found = await read(folder, NODE)
      const node = found && covers(found, authority, hosts) ? found : await issueNamed(folder, NODE, hosts)
      const opened = new CertificateFolder(folder, authority, node)
      await opened.client('root')
      return opened
    } catch (cause) {
      if (cause instanceof DevClusterError) throw cause
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new DevClusterError('CERCI_CERTS_UNUSABLE', { folder, reason }, cause)
    }
  }

  get authorityFile(): string {
    return join(this.folder, `${AUTHORITY}.crt`)
  }

  /**
   * The files of a user, made now if there are none.
   *
   * @throws {DevClusterError} `CERCI_CERTS_UNUSABLE`, `CERCI_CERTS_USER`
   */
  async client(user: string): Promise<ClientFiles> {
    if (!/^[a-z0-9_][a-z0-9_.-]{0,62}$/.test(user)) throw new DevClusterError('CERCI_CERTS_USER', { user })
    const name = `client.${user}`
    const found = await read(this.folder, name)
    if (!found || !covers(found, this.authority, [])) await issueNamed(this.folder, name, [], user)
    return { certificate: join(this.folder, `${name}.crt`), key: join(this.folder, `${name}.key`) }
  }

  /** The parameters of a connection URL for a user that has files here. */
  urlQuery(user: string): string {
    const file = (name: string) => encodeURIComponent(join(this.folder, name)).replaceAll('%2F', '/')
    return `sslmode=verify-full&sslrootcert=${file('ca.crt')}&sslcert=${file(`client.${user}.crt`)}&sslkey=${file(`client.${user}.key`)}`
  }
}

/**
 * Makes the files with which a user connects to a secure cluster, as `cockroach cert create-client` does.
 *
 * @param certsDir the folder of the cluster's certificates, which must hold `ca.key`
 * @throws {DevClusterError} `CERCI_CERTS_UNUSABLE`, `CERCI_CERTS_USER`
 */
export async function createClientCertificate(certsDir: string, user: string): Promise<ClientFiles> {
  return (await CertificateFolder.open(certsDir, [])).client(user)
}

async function issueNamed(
  folder: string,
  name: string,
  hosts: readonly string[],
  commonName = name,
): Promise<IssuedCertificate> {
  const authority = await read(folder, AUTHORITY)
  if (!authority) {
    const reason = `there is no ca.key to make ${name}.crt with`
    throw new DevClusterError('CERCI_CERTS_UNUSABLE', { folder, reason })
  }
  const { issueCertificate } = await import('./issue-certificate.js')
  const issued = await issueCertificate(authority, { commonName, hosts })
  await write(folder, name, issued)
  return issued
}

/** Whether a certificate is the authority's, still holds, and names all the hosts. */
function covers({ certificate }: IssuedCertificate, authority: string, hosts: readonly string[]): boolean {
  const own = new X509Certificate(certificate)
  if (!own.verify(new X509Certificate(authority).publicKey) || Date.parse(own.validTo) < Date.now()) return false
  return hosts.every(host => (isIP(host) ? own.checkIP(host) : own.checkHost(host)) !== undefined)
}

async function read(folder: string, name: string): Promise<IssuedCertificate | undefined> {
  const [certificateFile, keyFile] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)]
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined
  return { certificate: await readFile(certificateFile, 'utf8'), key: await readFile(keyFile, 'utf8') }
}

async function write(folder: string, name: string, { certificate, key }: IssuedCertificate): Promise<void> {
  await writeFile(join(folder, `${name}.key`), key, { mode: 0o600 })
  await writeFile(join(folder, `${name}.crt`), certificate, { mode: 0o644 })
}
