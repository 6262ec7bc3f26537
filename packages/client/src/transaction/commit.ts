import { fromServer } from '../errors/from-server.js'
import { CommittedSchemaFailedError } from '../errors/transaction-errors.js'
import type { PooledClient } from '../pool/connection/pooled-client.js'
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
  return client.node.version === undefined ? await decideReleased(client) : await endReleased(client)
}

/** On CockroachDB the transaction is committed already, whatever becomes of its COMMIT. Running it again would do it twice. */
async function endReleased(client: PooledClient): Promise<CommitResult> {
  try {
    await client.query('COMMIT')
  } catch (error) {
    client.destroy(error)
  }
  return { kind: 'committed' }
}

/** On a server that has not said that it is CockroachDB, COMMIT may be what commits: one that got lost leaves doubt, even if it was not sent. */
async function decideReleased(client: PooledClient): Promise<CommitResult> {
  try {
    return await decide(client, 'COMMIT')
  } catch (error) {
    if (classify(error).kind === 'connection') return { kind: 'ambiguous', error }
    throw error
  }
}

async function decide(client: PooledClient, text: string): Promise<CommitResult> {
  try {
    await client.query(text)
    return { kind: 'committed' }
  } catch (error) {
    const { kind } = classify(error)
    if (kind === 'ambiguous') return { kind: 'ambiguous', error }
    if (kind === 'committed') throw new CommittedSchemaFailedError(error)
    throw fromServer(error)
  }
}
