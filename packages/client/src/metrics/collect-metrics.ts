import { register as defaultRegistry, type Registry } from 'prom-client'
import type { Observer, StatementEnd, UnitEnd } from '../query/observer.js'
import { errorCodes } from '../retry/error-chain.js'
import { createMetrics } from './create-metrics.js'
import { createPoolGauges, nodeLabel, type PoolSource } from './pool-gauges.js'

/** What is measured: a `Cluster`. */
export interface MetricsSource {
  observe(observer: Observer): () => void
  readonly pool: PoolSource
}

export interface MetricsOptions {
  /** @default prom-client's own registry */
  readonly register?: Registry | undefined
  /** Begins every metric's name. Two clusters in one registry need different ones. @default 'cerci_' */
  readonly prefix?: string | undefined
  /** Upper bounds of the latency histograms, in seconds. @default 0.5 ms to 10 s */
  readonly buckets?: readonly number[] | undefined
}

export interface Metrics {
  /** Ends the measuring and takes the metrics out of the registry. */
  readonly stop: () => void
}

/**
 * Counts and times what a cluster does, as Prometheus metrics:
 *
 * - `cerci_query_duration_seconds{kind,outcome}`: lone queries and transactions as the application sees them, retries included
 * - `cerci_statement_duration_seconds{node,outcome}`: single statements on a node
 * - `cerci_errors_total{kind,code}`: failed queries and transactions by SQLSTATE or error code
 * - `cerci_retries_total{kind,reason}`, `cerci_ambiguous_commits_total{kind}`, `cerci_failovers_total{node,state}`
 * - `cerci_pool_connections{node,id,region,state}`, `cerci_pool_waiting`, `cerci_pool_max`, `cerci_node_up{node,id,region}`
 *
 * @example
 * import { Cluster } from 'cerci'
 * import { collectMetrics } from 'cerci/metrics'
 * import { register } from 'prom-client'
 *
 * const cluster = new Cluster({ connectionString: process.env.DATABASE_URL })
 * const metrics = collectMetrics(cluster)
 * await cluster.query('SELECT 1')
 * console.log(await register.metrics())
 * metrics.stop()
 * await cluster.close()
 */
export function collectMetrics(source: MetricsSource, options: MetricsOptions = {}): Metrics {
  const register = options.register ?? defaultRegistry
  const made = createMetrics(register, options.prefix ?? 'cerci_', options.buckets ?? BUCKETS)
  const { queries, statements, errors, retries, ambiguous, failovers } = made.metrics
  const gauges = createPoolGauges(source.pool, register, options.prefix ?? 'cerci_')

  const end = source.observe({
    statement: ({ node }) => {
      const label = node ? nodeLabel(node) : 'unknown'
      return settled => statements.observe({ node: label, outcome: outcomeOf(settled) }, settled.durationMs / 1_000)
    },
    unit: ({ kind }) => ({
      end(settled) {
        queries.observe({ kind, outcome: outcomeOf(settled) }, settled.durationMs / 1_000)
        if (settled.error !== undefined) errors.inc({ kind, code: errorCodes(settled.error)[0] ?? 'other' })
      },
    }),
    retry: ({ kind, reason }) => retries.inc({ kind, reason }),
    ambiguous: ({ kind }) => ambiguous.inc({ kind }),
    failover: ({ node, state }) => failovers.inc({ node: nodeLabel(node), state }),
  })
  return {
    stop() {
      end()
      for (const name of [...made.names, ...gauges.names]) register.removeSingleMetric(name)
    },
  }
}

/** Seconds. A point read within a region takes about a millisecond, one between regions some hundred. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

function outcomeOf({ error }: StatementEnd | UnitEnd): 'ok' | 'error' {
  return error === undefined ? 'ok' : 'error'
}
