import { randomBytes } from 'node:crypto'
import { AdminServer } from '../admin/admin-server.js'
import { type DatabaseSubject, databaseRoutes } from '../admin/database-routes.js'
import { DevClusterError } from '../dev-cluster-error.js'
import type { TestClusterOptions } from './test-cluster.js'
import type { ClusterProcess } from './test-cluster-process.js'

type Migrate = TestClusterOptions['migrate']

/**
 * Hands out databases of a cluster that is there already, such as a real CockroachDB, made by SQL and migrated one by one: in the
 * process of the set-up, because only that knows how to migrate.
 *
 * @throws {DevClusterError} `CERCI_TEST_DRIVER`
 */
export async function serveGivenCluster(url: string, migrate: Migrate): Promise<ClusterProcess> {
  const databases = new GivenDatabases(url, migrate, await loadDriver())
  const server = await AdminServer.listen({ host: '127.0.0.1', port: 0, routes: databaseRoutes, subject: databases })
  server.unref()
  return {
    url,
    adminUrl: server.url,
    stop: async () => {
      await server.close()
      await databases.dropAll()
    },
  }
}

/** What is used of `pg.Client`. */
interface Driver {
  readonly Client: new (options: {
    connectionString: string
  }) => {
    connect(): Promise<unknown>
    query(sql: string): Promise<unknown>
    end(): Promise<unknown>
  }
}

async function loadDriver(): Promise<Driver> {
  try {
    return (await import('pg')).default
  } catch (cause) {
    throw new DevClusterError('CERCI_TEST_DRIVER', { variable: 'CERCI_TEST_URL' }, cause)
  }
}

class GivenDatabases implements DatabaseSubject {
  readonly #url: string
  readonly #migrate: Migrate
  readonly #driver: Driver
  readonly #names = new Set<string>()
  #dropping: Promise<unknown> = Promise.resolve()

  constructor(url: string, migrate: Migrate, driver: Driver) {
    this.#url = url
    this.#migrate = migrate
    this.#driver = driver
  }

  async createDatabase(): Promise<{ name: string; url: string; nodeUrls: string[] }> {
    const name = `test_${randomBytes(6).toString('hex')}`
    await this.#run(`CREATE DATABASE ${name}`)
    this.#names.add(name)
    const url = withDatabase(this.#url, name)
    const nodeUrls = singleHosts(url)
    await this.#migrate?.(url, nodeUrls[0] ?? url)
    return { name, url, nodeUrls }
  }

  dropDatabase(name: string): void {
    if (!this.#names.delete(name)) throw new DevClusterError('CERCI_DATABASE_UNKNOWN', { name })
    this.#dropping = Promise.allSettled([this.#dropping, this.#run(`DROP DATABASE ${name} CASCADE`)])
  }

  async dropAll(): Promise<void> {
    for (const name of this.#names) this.dropDatabase(name)
    await this.#dropping
  }

  async #run(sql: string): Promise<void> {
    const client = new this.#driver.Client({ connectionString: singleHosts(this.#url)[0] ?? this.#url })
    await client.connect()
    try {
      await client.query(sql)
    } finally {
      await client.end()
    }
  }
}

/** The parts of a URL that may name several hosts, which `URL` does not take. */
const MANY_HOSTS = /^(\w+:\/\/(?:[^@/]*@)?)([^/?]*)(?:\/[^?]*)?(\?.*)?$/s

function withDatabase(url: string, database: string): string {
  return url.replace(
    MANY_HOSTS,
    (_, start: string, hosts: string, query = '') => `${start}${hosts}/${database}${query}`,
  )
}

function singleHosts(url: string): string[] {
  const hosts = MANY_HOSTS.exec(url)?.[2] ?? ''
  return hosts.split(',').map(host => url.replace(hosts, host))
}
