import { Client } from 'pg'
import { onTestFinished } from 'vitest'
import { DevCluster } from '../src/dev-cluster.js'
import type { DevClusterOptions } from '../src/dev-cluster-options.js'

/** For machines that are busy with other things. */
export const patience = { timeout: 10_000, interval: 10 }

/** Starts a cluster that stops with the test. */
export async function start(options: DevClusterOptions = {}): Promise<DevCluster> {
  const cluster = await DevCluster.start(options)
  onTestFinished(() => cluster.stop())
  return cluster
}

/** The rows of one statement, on a connection of its own. */
export async function ask(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined) // the query rejects as well
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}
