import { fromServer } from '../errors/from-server.js'
import { CommittedSchemaFailedError } from '../errors/transaction-errors.js'
import type { PooledClient } from '../pool/pooled-client.js'
import { classify } from '../retry/classify.js'

export type CommitResult = { readonly kind: 'committed' } | { readonly kind: 'ambiguous'; readonly error: unknown }

/**
 * Commits. Throws when the transaction is surely not committed; an ambiguous end is a result.
 * Under the retry savepoint its RELEASE is the commit, and COMMIT only ends the transaction.
 * https://www.cockroachlabs.com/docs/v26.2/advanced-client-side-transaction-retries
 */
export async function commit(
  client: PooledClient,
  protocol: 'transaction' | 'cockroach_restart',
): Promise<CommitResult> {
  if (protocol === 'transaction') return await decide(client, 'COMMIT')
  const released = await decide(client, 'RELEASE SAVEPOINT cockroach_restart')
  if (released.kind === 'ambiguous') return released
  // Committed already on CockroachDB; a connection that is lost now loses nothing. Elsewhere COMMIT still decides.
  return await decide(client, 'COMMIT')
}

async function decide(client: PooledClient, text: string): Promise<CommitResult> {
  try {
    await client.query({ text, name: commitNames[text] })
    return { kind: 'committed' }
  } catch (error) {
    const { kind } = classify(error)
    if (kind === 'ambiguous') return { kind, error }
    if (kind === 'committed') throw new CommittedSchemaFailedError(error)
    throw fromServer(error)
  }
}

/** Named, because only the extended protocol proves that a COMMIT was not executed when the node shuts down in between. */
const commitNames: Readonly<Record<string, string>> = {
  COMMIT: 'cerci_commit',
  'RELEASE SAVEPOINT cockroach_restart': 'cerci_release',
}
