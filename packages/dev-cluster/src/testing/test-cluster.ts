import type { DevClusterOptions } from '../dev-cluster-options.js'
import { type ClusterLink, publishLink, withdrawLink } from './cluster-link.js'
import { serveGivenCluster } from './given-cluster.js'
import { startClusterProcess } from './test-cluster-process.js'
import { openDatabase } from './test-database.js'

/** What the cluster of a test run is like. */
export interface TestClusterOptions
  extends Omit<DevClusterOptions, 'store' | 'host' | 'port' | 'httpPort' | 'certsDir' | 'onProgress' | 'onLog'> {
  /**
   * Brings a database from empty to ready for tests: schema, and rows that every test wants. Runs once; each test's database
   * is a copy of the result. It must close its connections. With CERCI_TEST_URL it runs for each database.
   *
   * @param url names all nodes, as `cerci` takes it
   * @param nodeUrl names one node, for drivers that take a single host
   * @default databases are empty
   */
  readonly migrate?: (url: string, nodeUrl: string) => Promise<void>
}

export interface TestCluster {
  /** Names all nodes; connects to defaultdb. */
  readonly url: string
  /**
   * The dev cluster's admin API: `POST /api/nodes/2/kill` and the like. With CERCI_TEST_URL it hands out databases only; with `secure` it
   * serves who shows the certificate that `url` names.
   */
  readonly adminUrl: string
  stop(): Promise<void>
}

/**
 * Starts the one cluster of a test run, in a process of its own, and makes it known to the processes that run the tests: they
 * call `createTestDatabase()`. The test runners' own set-up helpers call this.
 *
 * With `CERCI_TEST_URL` in the environment the databases are made on that cluster, by SQL, and none is started.
 *
 * @throws {DevClusterError} `CERCI_TEST_CLUSTER_START`, `CERCI_TEMPLATE_BUSY` when `migrate` left a connection open
 */
export async function startTestCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { migrate, ...clusterOptions } = options
  const given = process.env.CERCI_TEST_URL
  const running = given ? await serveGivenCluster(given, migrate) : await startClusterProcess(clusterOptions)
  try {
    const link = given || !migrate ? running : { ...running, template: await makeTemplate(running, migrate) }
    publishLink({ url: link.url, adminUrl: link.adminUrl, ...('template' in link && { template: link.template }) })
  } catch (error) {
    await running.stop()
    throw error
  }
  return {
    url: running.url,
    adminUrl: running.adminUrl,
    stop: async () => {
      withdrawLink()
      await running.stop()
    },
  }
}

/** @returns the migrated database's name; a copy has been made, so that a connection left open is an error here */
async function makeTemplate(link: ClusterLink, migrate: NonNullable<TestClusterOptions['migrate']>): Promise<string> {
  const { name: template, url, nodeUrls } = await openDatabase(link)
  await migrate(url, nodeUrls[0] ?? url)
  const copy = await openDatabase({ ...link, template })
  await copy.drop()
  return template
}
