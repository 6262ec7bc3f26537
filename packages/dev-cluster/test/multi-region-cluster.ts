import { Client, type ClientConfig, type QueryResult } from 'pg'
import { afterAll, expect } from 'vitest'
import { DevCluster } from '../src/dev-cluster.js'
import type { DevClusterOptions } from '../src/dev-cluster-options.js'

export const REGIONS = ['us-east-1', 'us-west-1', 'eu-west-1'] as const
export type Region = (typeof REGIONS)[number]

/** Far enough apart that no busy machine takes a statement that stays at home for one that travels. In milliseconds. */
export const [TO_WEST, TO_EUROPE, ACROSS]: readonly [number, number, number] = [400, 500, 700]
/** Less than the nearest other region. */
export const AT_HOME = 390
/** Timers may fire a little early. */
export const EARLY = 2

type Row = Record<string, unknown>

/** A cluster of a test file's own with a database `shop` in three regions, its primary one us-east-1. */
export class MultiRegionCluster {
  readonly cluster: DevCluster
  readonly #clients: Client[] = []

  private constructor(cluster: DevCluster) {
    this.cluster = cluster
  }

  /** It is stopped after the file. */
  static async start(options: DevClusterOptions = {}): Promise<MultiRegionCluster> {
    const started = new MultiRegionCluster(await DevCluster.start(options))
    afterAll(() => started.stop())
    const client = await started.connect(1, { database: 'defaultdb' })
    await client.query('CREATE DATABASE shop PRIMARY REGION "us-east-1" REGIONS "us-west-1", "eu-west-1"')
    return started
  }

  /** A connection to a node; node n is in region n of three, and so on. */
  async connect(node: number, options: ClientConfig = {}): Promise<Client> {
    const { host, port } = this.cluster.node(node)
    const client = new Client({ host, port, user: 'root', database: 'shop', ...options })
    client.on('error', () => undefined)
    this.#clients.push(client)
    await client.connect()
    return client
  }

  /** Puts the regions as far apart as said above. */
  moveApart(): void {
    this.cluster.setLatency({
      betweenRegionsMs: {
        'us-east-1': { 'us-west-1': TO_WEST, 'eu-west-1': TO_EUROPE },
        'us-west-1': { 'eu-west-1': ACROSS },
      },
    })
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map(client => client.end().catch(() => undefined)))
    await this.cluster.stop()
  }
}

/** Runs a statement, and tells its rows and how long it took. */
export async function timed(
  client: Client,
  text: string,
  values: readonly unknown[] = [],
): Promise<{ rows: Row[]; ms: number }> {
  const start = performance.now()
  const { rows }: QueryResult<Row> = await client.query(text, [...values])
  return { rows, ms: performance.now() - start }
}

/** Milliseconds that a statement took. */
export async function msOf(client: Client, text: string, values: readonly unknown[] = []): Promise<number> {
  return (await timed(client, text, values)).ms
}

/** That a statement fails because ranges are unavailable. */
export async function expectUnavailable(statement: Promise<unknown>): Promise<void> {
  await expect(statement).rejects.toMatchObject({
    code: '58C00',
    message: expect.stringMatching(/^replica unavailable: .*: lost quorum \(down: .+\)$/) as unknown,
  })
}
