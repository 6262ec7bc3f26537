import type { EngineName } from './backing/cluster-backing.js'
import { DevClusterError } from './dev-cluster-error.js'
import type { LatencyOption } from './latency/load-latencies.js'

/** How a cluster is started. */
export interface DevClusterOptions {
  /**
   * What runs the cluster: the embedded engine, the `cockroach` on PATH, or CockroachDB's image for Docker. What only the embedded
   * engine can do (faults, partitions, latency, templates), the others refuse with `CERCI_ENGINE_CANNOT`. @default 'embedded'
   */
  readonly engine?: EngineName
  /** The image, with `engine: 'docker'`. @default 'cockroachdb/cockroach:latest-v26.2' */
  readonly image?: string
  /** How many nodes. @default 3, or as many as there are regions */
  readonly nodes?: number
  /** Regions that the nodes are dealt to in turn. @default ['us-east-1', 'us-west-1', 'eu-west-1'] */
  readonly regions?: readonly string[]
  /** SQL port of the first node; the others follow. 0: any free ports. @default 0 */
  readonly port?: number
  /** Port of the admin API. 0: any free port. @default 0 */
  readonly httpPort?: number
  /** Address to listen on: a loopback address, unless `secure`. @default '127.0.0.1' */
  readonly host?: string
  /** Folder that keeps the data from one run to the next. @default nothing is kept */
  readonly store?: string
  /**
   * Whether clients must encrypt and authenticate as on a secure CockroachDB, with certificates of an authority that the
   * cluster makes, or with passwords. @default false
   */
  readonly secure?: boolean
  /**
   * Folder of the certificates, laid out as `cockroach cert` does; what is missing is made.
   * @default `certs` in `store`, or a temporary folder
   */
  readonly certsDir?: string
  /**
   * What the network between regions costs each statement: `none`, `wan` (round trips that were measured between real regions), a file with
   * round trips of one's own, or those themselves. See docs/multi-region.md. @default 'none'
   */
  readonly latency?: LatencyOption
  /** How far back `AS OF SYSTEM TIME` reads, in milliseconds; `none`: not at all, and nothing is kept for it. @default 300000 (five minutes) */
  readonly historyWindowMs?: number | 'none'
  /** Seed of the fault injector's decisions. @default random */
  readonly faultSeed?: string
  /** Told what is being done while the cluster starts. */
  readonly onProgress?: (step: string) => void
  /** Takes the cluster's log, line by line. @default nothing is logged */
  readonly onLog?: (line: string) => void
}

const known: Readonly<Record<keyof DevClusterOptions, true>> = {
  engine: true,
  image: true,
  nodes: true,
  regions: true,
  port: true,
  httpPort: true,
  host: true,
  store: true,
  secure: true,
  certsDir: true,
  latency: true,
  historyWindowMs: true,
  faultSeed: true,
  onProgress: true,
  onLog: true,
}

/** @throws {DevClusterError} `CERCI_OPTION_UNKNOWN`: without types, a slip of the pen would go unseen */
export function checkOptionNames(options: DevClusterOptions): void {
  const option = Object.keys(options).find(name => !(name in known))
  if (option !== undefined) {
    throw new DevClusterError('CERCI_OPTION_UNKNOWN', { option, options: Object.keys(known).join(', ') })
  }
}
