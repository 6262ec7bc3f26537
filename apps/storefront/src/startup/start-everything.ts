import { randomBytes } from 'node:crypto'
import type { DevCluster } from '@cerci/dev-cluster'
import { Cluster, withMigrationLock } from 'cerci'
import type { Configuration, HttpServerName } from '../configuration/configuration.js'
import { loadDemoData } from '../demo/load-demo-data.js'
import { createLogReceiver, createWebhook } from '../events/receivers.js'
import type { CreateHttpServer } from '../http/http-server.js'
import { createLogger } from '../logging/create-logger.js'
import { applyMigrations } from '../migrations/apply-migrations.js'
import { readMigrations } from '../migrations/read-migrations.js'
import { reachDatabase } from '../repositories/database-repository.js'
import { createStorefront, type Storefront } from '../storefront.js'
import { type Administrator, banner } from './banner.js'
import { assertPortFree } from './ports.js'
import { startDevCluster } from './start-dev-cluster.js'

export interface Running {
  readonly address: string
  /** Says where everything is. */
  readonly banner: string
  /** Settles when the dev cluster ends by itself; never without one. */
  readonly failed: Promise<Error>
  /** Stops accepting, finishes requests, closes the pool, stops the dev cluster. */
  stop(): Promise<void>
}

/** Tells what is being done, for people who wait. */
export type Report = (step: string) => void

/** Brings up all there is: a dev cluster unless a URL is given, the tables, demo data where they are wanted, the service. What was started is stopped again if a later step fails. */
export async function startEverything(
  configuration: Configuration,
  report: Report,
  signal: AbortSignal,
): Promise<Running> {
  const undo: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    for (const each of undo.splice(0).toReversed()) await each()
  }
  try {
    const { host, port, databaseUrl } = configuration
    await assertPortFree(host, port)
    const devCluster = databaseUrl === undefined ? await startDevCluster(report) : undefined
    if (devCluster !== undefined) undo.push(() => devCluster.stop())
    signal.throwIfAborted()

    const cluster = connect(configuration, devCluster)
    undo.push(() => cluster.close({ deadlineMs: closeDeadlineMs }))
    if (databaseUrl !== undefined) await assertReachable(cluster, report)
    report('Applying migrations')
    const migrations = await readMigrations()
    await oneAtATime(cluster, () => applyMigrations(cluster, migrations))
    signal.throwIfAborted()

    const storefront = await build(cluster, configuration)
    undo.push(() => storefront.close())
    const demoData = devCluster !== undefined || configuration.demoData
    const administrator = await oneAtATime(cluster, () =>
      fill(cluster, storefront, { ...configuration, demoData }, report),
    )
    const address = await storefront.listen({ host, port })
    const seconds = (performance.now() / 1000).toFixed(1)
    return {
      address,
      banner: banner({ address, devCluster, administrator, seconds }),
      failed: failure(devCluster),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** How long statements that are under way may take when the pool closes. */
const closeDeadlineMs = 5000

/** Loaded when it is needed: each takes a tenth of the time that a start takes. */
const httpServers: Record<HttpServerName, () => Promise<CreateHttpServer>> = {
  fastify: async () => (await import('../http/fastify-server.js')).createFastifyServer,
  express: async () => (await import('../http/express-server.js')).createExpressServer,
}

function connect({ databaseUrl, poolMax }: Configuration, devCluster: DevCluster | undefined): Cluster {
  return new Cluster({
    connectionString: databaseUrl ?? devCluster?.url,
    applicationName: 'storefront',
    max: poolMax,
    // Sooner than clients lose patience.
    transaction: { deadlineMs: 10_000 },
    queryTimeoutMs: 10_000,
  })
}

/** The cluster of DATABASE_URL cannot be used; the message says why, and what to do. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  readonly code = 'STOREFRONT_DATABASE'
}

async function assertReachable(cluster: Cluster, report: Report): Promise<void> {
  report('Connecting to the cluster in DATABASE_URL')
  try {
    await reachDatabase(cluster)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new DatabaseError(`The cluster in DATABASE_URL cannot be used. ${why}`, { cause })
  }
}

async function build(cluster: Cluster, configuration: Configuration): Promise<Storefront> {
  const { accessTokenSecret, httpServer, logLevel, maxQueued, proxies, webhook } = configuration
  const logger = createLogger(logLevel)
  const receiver = webhook === undefined ? createLogReceiver(logger) : createWebhook(webhook)
  const createServer = await httpServers[httpServer]()
  return createStorefront({ cluster, logger, accessTokenSecret, proxies, receiver, maxQueued, createServer })
}

/** Processes that start at the same moment do not change the database at the same moment. */
function oneAtATime<T>(cluster: Cluster, work: () => Promise<T>): Promise<T> {
  return withMigrationLock(cluster, 'storefront', work)
}

/** Loads demo data if they are wanted and the catalogue is empty. Returns the administrator that was asked for, or that came with the demo data. */
async function fill(
  cluster: Cluster,
  { services }: Storefront,
  { administrator: wanted, demoData }: Configuration,
  report: Report,
): Promise<Administrator | undefined> {
  const data = demoData ? await loadDemoData(cluster) : undefined
  if (data !== undefined) {
    const { users, products, accounts, orders } = data
    const loaded = [`${users.length} users`, `${products.length} products`, `${accounts.length} accounts`]
    report(`Loaded demo data: ${loaded.join(', ')}, ${orders.length} orders`)
  }
  const made = data && { email: 'admin@example.com', password: randomBytes(9).toString('base64url') }
  const administrator = wanted ?? made
  if (administrator !== undefined) {
    await services.users.ensureAdministrator(administrator.email, administrator.password)
  }
  return wanted === undefined ? made : { email: wanted.email }
}

async function failure(devCluster: DevCluster | undefined): Promise<Error> {
  return (await devCluster?.ended) ?? new Promise<never>(() => {})
}
