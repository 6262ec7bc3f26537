import type { ClusterHealth } from '../cluster/health.js'

/** What is asked: a `Cluster`. */
export interface HealthSource {
  health(options?: { readonly timeoutMs?: number | undefined }): Promise<ClusterHealth>
}

export interface HealthOptions {
  /** Milliseconds that a node gets to answer. @default 2000 */
  readonly healthTimeoutMs?: number | undefined
  /** Whether the process is shutting down; health then answers 503, so that load balancers send nothing new. See `graceful()`. */
  readonly shuttingDown?: (() => boolean) | undefined
}

export interface HealthResponse {
  readonly status: 200 | 503
  readonly body: HealthBody
}

/** The cluster as this process sees it. Without error texts, as those may name users and addresses that are nobody's business. */
export interface HealthBody {
  readonly status: ClusterHealth['status'] | 'shutting down'
  readonly regions: readonly string[]
  readonly pool: ClusterHealth['pool']
  readonly nodes: readonly {
    readonly node: string
    readonly id: number | undefined
    readonly region: string | undefined
    readonly state: string
    readonly answerMs: number | undefined
    readonly latencyMs: number | undefined
    readonly connections: number
    readonly idle: number
    readonly busy: number
  }[]
}

/** 200 while at least one node answers: a process whose cluster lost a node must stay in service. */
export async function healthResponse(cluster: HealthSource, options: HealthOptions): Promise<HealthResponse> {
  const health = await cluster.health({ timeoutMs: options.healthTimeoutMs })
  const leaving = options.shuttingDown?.() ?? false
  return {
    status: leaving || health.status === 'down' ? 503 : 200,
    body: {
      status: leaving ? 'shutting down' : health.status,
      regions: health.regions,
      pool: health.pool,
      nodes: health.nodes.map(
        ({ host, port, nodeId, region, state, answerMs, latencyMs, connections, idle, busy }) => ({
          node: `${host}:${port}`,
          id: nodeId,
          region,
          state,
          answerMs,
          latencyMs,
          connections,
          idle,
          busy,
        }),
      ),
    },
  }
}
