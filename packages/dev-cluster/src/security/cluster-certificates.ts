import { mkdtemp, rm } from 'node:fs/promises'
import { hostname, networkInterfaces, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { CertificateFolder } from './certificate-folder.js'

export interface CertificateOptions {
  readonly secure?: boolean
  readonly certsDir?: string
  readonly store?: string
}

/** The certificates of a secure cluster, and how to get rid of those that nobody wants to keep. */
export interface ClusterCertificates {
  readonly folder: CertificateFolder
  remove(): Promise<void>
}

/**
 * Opens the folder that the options name; undefined for a cluster that is not secure.
 *
 * @throws {DevClusterError} `CERCI_CERTS_UNUSABLE`
 */
export async function openCertificates(
  { secure, certsDir, store }: CertificateOptions,
  host: string,
): Promise<ClusterCertificates | undefined> {
  if (secure !== true) return undefined
  const kept = certsDir ?? (store === undefined ? undefined : join(store, 'certs'))
  const path = kept === undefined ? await mkdtemp(join(tmpdir(), 'cerci-certs-')) : resolve(kept)
  const remove = async () => {
    if (kept === undefined) await rm(path, { recursive: true, force: true })
  }
  try {
    return { folder: await CertificateFolder.open(path, hostsOf(host)), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Every name and address at which a listener on `host` is reached. */
function hostsOf(host: string): string[] {
  const local = ['localhost', '127.0.0.1', '::1']
  if (host !== '0.0.0.0' && host !== '::') return [...new Set([...local, host])]
  const addresses = Object.values(networkInterfaces()).flatMap(each => each ?? [])
  // An address of one link only has no meaning in a certificate.
  const reachable = addresses.map(({ address }) => address).filter(address => !address.startsWith('fe80'))
  return [...new Set([...local, hostname(), ...reachable])]
}
