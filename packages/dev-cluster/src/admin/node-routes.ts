import { DevClusterError } from '../dev-cluster-error.js'
import type { ClusterNode } from '../topology/cluster-node.js'
import type { AddNodeOptions } from '../topology/plan-node.js'
import type { AdminAnswer, AdminCall, AdminRoute } from './admin-route.js'

export interface NodeSubject {
  /** Names all nodes that belong to the cluster. */
  readonly url: string
  readonly nodes: readonly ClusterNode[]
  /** @throws {DevClusterError} `CERCI_NODE_UNKNOWN` */
  node(id: number): ClusterNode
  /** @throws {DevClusterError} */
  addNode(options: AddNodeOptions): Promise<ClusterNode>
}

/** Nodes: what they are like, and what can be done to them. */
export const nodeRoutes: readonly AdminRoute<NodeSubject>[] = [
  { method: 'GET', path: /^\/api\/nodes$/, handle: ({ subject }) => ({ body: describeNodes(subject) }) },
  { method: 'POST', path: /^\/api\/nodes$/, handle: addNode },
  {
    method: 'POST',
    path: /^\/api\/nodes\/(\d+)\/(kill|drain|start|partition|heal|decommission)$/,
    handle: changeNode,
  },
  { method: 'GET', path: /^\/nodes\/(\d+)\/health$/, open: true, handle: nodeHealth },
]

function describeNodes({ url, nodes }: NodeSubject): unknown {
  return { url, nodes: nodes.map(describeNode) }
}

function describeNode(node: ClusterNode): unknown {
  return { ...node.info, url: node.url }
}

async function addNode({ subject, json }: AdminCall<NodeSubject>): Promise<AdminAnswer> {
  return { status: 201, body: describeNode(await subject.addNode(parseNodeOptions(await json()))) }
}

function parseNodeOptions(body: unknown): AddNodeOptions {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new DevClusterError('CERCI_NODE_INVALID', { reason: 'the body must be an object' })
  }
  const { region, zone, port, ...others }: Partial<Record<string, unknown>> = { ...body }
  const [odd] = Object.keys(others)
  if (odd !== undefined) {
    throw new DevClusterError('CERCI_NODE_INVALID', { reason: `there is no '${odd}'; known: region, zone, port` })
  }
  return {
    ...(region !== undefined && { region: textOf('region', region) }),
    ...(zone !== undefined && { zone: textOf('zone', zone) }),
    ...(port !== undefined && { port: typeof port === 'number' ? port : Number.NaN }),
  }
}

function textOf(field: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new DevClusterError('CERCI_NODE_INVALID', { reason: `${field} must be a text` })
}

async function changeNode({ subject, parameters: [id, action] }: AdminCall<NodeSubject>): Promise<AdminAnswer> {
  const node = subject.node(Number(id))
  if (action === 'kill') await node.kill()
  else if (action === 'drain') await node.drain()
  else if (action === 'start') await node.start()
  else if (action === 'decommission') await node.decommission()
  else if (action === 'partition') node.partition()
  else node.heal()
  return { body: describeNode(node) }
}

/** As CockroachDB's health endpoint: without `ready`, whether the node is alive; with it, whether it takes new clients. */
function nodeHealth({ subject, parameters: [id], query }: AdminCall<NodeSubject>): AdminAnswer {
  const { info } = subject.node(Number(id))
  const healthy = query.has('ready') ? info.state === 'live' && !info.partitioned : info.state !== 'down'
  return { status: healthy ? 200 : 503, body: { nodeId: info.id, state: info.state, partitioned: info.partitioned } }
}
