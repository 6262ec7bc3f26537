import { DevCluster } from '@cerci/dev-cluster'
import { Cluster } from 'cerci'
import { pino } from 'pino'
import type { Configuration } from '../configuration/configuration.js'
import { loadDemoData } from '../demo/load-demo-data.js'
import { applyMigrations } from '../migrations/apply-migrations.js'
import { readMigrations } from '../migrations/read-migrations.js'
import { createStorefront } from '../storefront.js'
import { banner } from './banner.js'
import { arePortsFree, assertPortFree } from './ports.js'

export interface Running {
  readonly address: string
  readonly banner: string
  /** Stops accepting, finishes requests, closes the pool, stops the dev cluster. */
  stop(): Promise<void>
}

/** Tells what is being done, for people who wait. */
export type Report = (step: string) => void

/** Brings up all there is: a dev cluster unless a URL is given, the tables, demo data, the service. What was started is stopped again if a later step fails. */
export async function startEverything(
  configuration: Configuration,
  report: Report,
  signal: AbortSignal,
): Promise<Running> {
  const started: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    for (const undo of started.splice(0).toReversed()) await undo()
  }
  try {
    const { host, port, databaseUrl } = configuration
    await assertPortFree(host, port)
    const devCluster = databaseUrl === undefined ? await startDevCluster(report) : undefined
    if (devCluster !== undefined) started.push(() => devCluster.stop())
    signal.throwIfAborted()

    const cluster = new Cluster({
      connectionString: databaseUrl ?? devCluster?.url,
      applicationName: 'storefront',
      max: configuration.poolMax,
    })
    started.push(() => cluster.close({ deadlineMs: closeDeadlineMs }))
    await prepareDatabase(cluster, report)
    signal.throwIfAborted()

    const storefront = await createStorefront({ cluster, logger: pino({ level: configuration.logLevel }) })
    started.push(() => storefront.close())
    const address = await storefront.listen({ host, port })
    return { address, banner: banner(address, devCluster), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const closeDeadlineMs = 5000
const sqlPorts = [26257, 26258, 26259]
const adminPort = 8080
const regions = ['us-east-1', 'us-west-1', 'eu-west-1']

async function startDevCluster(report: Report): Promise<DevCluster> {
  const free = await arePortsFree('127.0.0.1', [...sqlPorts, adminPort])
  if (!free) report(`Ports ${sqlPorts.join(', ')} or ${adminPort} are in use; the dev cluster takes others.`)
  report(`Starting a dev cluster of ${regions.length} nodes in ${regions.join(', ')}`)
  return DevCluster.start({ nodes: regions.length, regions, ...(free ? {} : { port: 0, httpPort: 0 }) })
}

async function prepareDatabase(cluster: Cluster, report: Report): Promise<void> {
  report('Applying migrations')
  const applied = await applyMigrations(cluster, await readMigrations())
  report(applied > 0 ? `Applied ${applied} statements` : 'The tables are up to date')
  const data = await loadDemoData(cluster)
  if (data === undefined) return
  const { users, products, accounts, orders } = data
  report(
    `Loaded demo data: ${users.length} users, ${products.length} products, ${accounts.length} accounts, ${orders.length} orders`,
  )
}
