import { createClientCertificate } from '@cerci/dev-cluster'
import type { CommandCall } from '../command.js'

/** Makes a user's certificate and key, and says where they are. */
export async function createClient({ flags, positionals: [user = ''], terminal }: CommandCall): Promise<void> {
  const folder = flags.text('certs-dir') ?? process.env.CERCI_CERTS_DIR
  if (folder === undefined)
    throw flags.wrong('certs-dir', 'name the folder of the certificates, or set CERCI_CERTS_DIR')
  const { certificate, key } = await createClientCertificate(folder, user)
  terminal.print(certificate)
  terminal.print(key)
}
