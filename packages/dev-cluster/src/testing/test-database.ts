import { DevClusterError } from '../dev-cluster-error.js'
import { askAdmin } from './ask-admin.js'
import { type ClusterLink, readLink } from './cluster-link.js'

/** A database of one's own for a test, on the cluster of the run. `await using` drops it. */
export interface IsolatedDatabase {
  readonly name: string
  /** Names all nodes, as `cerci` takes it. */
  readonly url: string
  /** One URL for each node, in their order, for drivers that take a single host. */
  readonly nodeUrls: readonly string[]
  /** Drops it in the background, whoever still uses it. */
  drop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * A fresh database: a copy of the migrated one that the set-up made, or an empty one when it migrates nothing.
 *
 * ```ts
 * await using database = await createTestDatabase()
 * ```
 *
 * @throws {DevClusterError} `CERCI_TEST_CLUSTER_MISSING`, `CERCI_TEST_CLUSTER_REFUSED`
 */
export async function createTestDatabase(): Promise<IsolatedDatabase> {
  return openDatabase(readLink())
}

/** A database of the cluster behind a link. */
export async function openDatabase(link: ClusterLink): Promise<IsolatedDatabase> {
  const { template } = link
  const made = await ask(link, 'POST', '/api/databases', template === undefined ? {} : { template })
  const database = readDatabase(made)
  const drop = async () => {
    await ask(link, 'DELETE', `/api/databases/${encodeURIComponent(database.name)}`)
  }
  return { ...database, drop, [Symbol.asyncDispose]: drop }
}

async function ask(link: ClusterLink, method: string, path: string, body?: unknown): Promise<object> {
  const answer = await askAdmin(link, method, path, body)
  if (typeof answer !== 'object' || answer === null) throw refused('no JSON', path)
  if ('error' in answer && typeof answer.error === 'object' && answer.error !== null) {
    const { code, message } = { code: '', message: '', ...answer.error }
    throw refused(code, message)
  }
  return answer
}

function readDatabase(made: object): Pick<IsolatedDatabase, 'name' | 'url' | 'nodeUrls'> {
  const fields = new Map<string, unknown>(Object.entries(made))
  const [name, url, nodeUrls] = [fields.get('name'), fields.get('url'), fields.get('nodeUrls')]
  if (typeof name !== 'string' || typeof url !== 'string' || !Array.isArray(nodeUrls))
    throw refused('no database', JSON.stringify(made))
  return { name, url, nodeUrls: nodeUrls.map(String) }
}

function refused(code: string, message: string): DevClusterError {
  return new DevClusterError('CERCI_TEST_CLUSTER_REFUSED', { code, message })
}
