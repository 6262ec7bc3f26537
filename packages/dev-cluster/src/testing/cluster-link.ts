import { DevClusterError } from '../dev-cluster-error.js'

/** The environment variable through which the processes of a test run find its cluster. */
const VARIABLE = 'CERCI_TEST_CLUSTER'

/** Where the cluster of a test run is. */
export interface ClusterLink {
  /** Names all nodes. */
  readonly url: string
  /** Hands out databases: the dev cluster's admin API, or what stands in for it on another cluster. */
  readonly adminUrl: string
  /** The database that others are copies of; none when each is empty, or is migrated by itself. */
  readonly template?: string
}

/** Makes the cluster known to this process and to those that it starts from now on. */
export function publishLink(link: ClusterLink): void {
  process.env[VARIABLE] = JSON.stringify(link)
}

export function withdrawLink(): void {
  delete process.env[VARIABLE]
}

/** @throws {DevClusterError} `CERCI_TEST_CLUSTER_MISSING` */
export function readLink(): ClusterLink {
  const link = parse(process.env[VARIABLE] ?? 'null')
  if (link === undefined) throw new DevClusterError('CERCI_TEST_CLUSTER_MISSING')
  return link
}

function parse(text: string): ClusterLink | undefined {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || !('url' in value) || !('adminUrl' in value)) return undefined
  const { url, adminUrl } = value
  const template = 'template' in value && typeof value.template === 'string' ? { template: value.template } : {}
  return typeof url === 'string' && typeof adminUrl === 'string' ? { url, adminUrl, ...template } : undefined
}
