import { Gauge, type Registry } from 'prom-client'
import type { NodeStatus } from '../pool/nodes/node-status.js'

/** What is read of a pool when the metrics are asked for. */
export interface PoolSource {
  readonly nodes: readonly NodeStatus[]
  readonly waitingCount: number
  readonly options: { readonly max: number }
}

/** Creates the gauges of a pool, which are read when the registry is, and says their names. */
export function createPoolGauges(
  pool: PoolSource,
  register: Registry,
  prefix: string,
): { readonly names: readonly string[] } {
  const names = ['pool_connections', 'pool_waiting', 'pool_max', 'node_up'].map(name => prefix + name)
  const [connections = '', waiting = '', max = '', up = ''] = names
  const registers = [register]
  const gauge = new Gauge({
    name: connections,
    help: 'Connections by node and state.',
    labelNames: ['node', 'id', 'region', 'state'],
    registers,
    collect() {
      gauge.reset() // nodes that have gone
      for (const node of pool.nodes) {
        gauge.inc({ ...labelsOf(node), state: 'idle' }, node.idle)
        gauge.inc({ ...labelsOf(node), state: 'busy' }, node.busy)
      }
    },
  })
  const waitingGauge: Gauge = new Gauge({
    name: waiting,
    help: 'Callers that wait for a connection.',
    registers,
    collect(): void {
      waitingGauge.set(pool.waitingCount)
    },
  })
  const maxGauge: Gauge = new Gauge({
    name: max,
    help: 'Connections that the pool may open.',
    registers,
    collect(): void {
      maxGauge.set(pool.options.max)
    },
  })
  const upGauge = new Gauge({
    name: up,
    help: '1 for a node that takes connections, 0 for one that is down or draining.',
    labelNames: ['node', 'id', 'region'],
    registers,
    collect() {
      upGauge.reset()
      for (const node of pool.nodes) upGauge.set(labelsOf(node), node.state === 'up' ? 1 : 0)
    },
  })
  return { names }
}

/** Nodes behind one address differ in their id only. */
function labelsOf(node: NodeStatus): { node: string; id: string; region: string } {
  return { node: nodeLabel(node), id: String(node.nodeId ?? ''), region: node.region ?? '' }
}

export function nodeLabel(node: { readonly host: string; readonly port: number }): string {
  return `${node.host}:${node.port}`
}
