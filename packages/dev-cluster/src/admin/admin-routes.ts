import { DevClusterError } from '../dev-cluster-error.js'
import type { FaultRule } from '../faults/fault.js'
import type { FaultInjector } from '../faults/fault-injector.js'
import { parseFaultRule } from '../faults/parse-fault-rule.js'
import { type ClusterNode, clusterUrl } from '../topology/cluster-node.js'
import { isObject } from './admin-request.js'
import type { AdminAnswer, AdminRoute } from './admin-route.js'
import { type DatabaseSubject, databaseRoutes } from './database-routes.js'
import { statusPage } from './status-page.js'

/** What the admin API shows and changes. */
export interface AdminSubject extends DatabaseSubject {
  readonly nodes: readonly ClusterNode[]
  /** @throws {DevClusterError} `CERCI_NODE_UNKNOWN` */
  node(id: number): ClusterNode
  readonly faults: FaultInjector
}

type AdminCall = Parameters<AdminRoute<AdminSubject>['handle']>[0]

export const adminRoutes: readonly AdminRoute<AdminSubject>[] = [
  { method: 'GET', path: /^\/$/, handle: () => ({ body: statusPage }) },
  { method: 'GET', path: /^\/api\/nodes$/, handle: ({ subject }) => ({ body: describeNodes(subject) }) },
  { method: 'POST', path: /^\/api\/nodes\/(\d+)\/(kill|drain|start|partition|heal)$/, handle: changeNode },
  { method: 'GET', path: /^\/api\/faults$/, handle: ({ subject }) => ({ body: describeFaults(subject) }) },
  { method: 'PUT', path: /^\/api\/faults$/, handle: replaceFaults },
  { method: 'DELETE', path: /^\/api\/faults$/, handle: clearFaults },
  { method: 'PUT', path: /^\/api\/faults\/([^/]+)$/, handle: putFault },
  { method: 'DELETE', path: /^\/api\/faults\/([^/]+)$/, handle: removeFault },
  {
    method: 'GET',
    path: /^\/api\/commits$/,
    handle: ({ subject }) => ({ body: { commits: subject.faults.truths() } }),
  },
  { method: 'GET', path: /^\/nodes\/(\d+)\/health$/, handle: nodeHealth },
  ...databaseRoutes,
]

function describeNodes({ nodes }: AdminSubject): unknown {
  return { url: clusterUrl(nodes), nodes: nodes.map(describeNode) }
}

function describeNode(node: ClusterNode): unknown {
  return { ...node.info, url: node.url }
}

async function changeNode({ subject, parameters: [id, action] }: AdminCall): Promise<AdminAnswer> {
  const node = subject.node(Number(id))
  if (action === 'kill') await node.kill()
  else if (action === 'drain') await node.drain()
  else if (action === 'start') await node.start()
  else if (action === 'partition') node.partition()
  else node.heal()
  return { body: describeNode(node) }
}

/** As CockroachDB's health endpoint: without `ready`, whether the node is alive; with it, whether it takes new clients. */
function nodeHealth({ subject, parameters: [id], query }: AdminCall): AdminAnswer {
  const { info } = subject.node(Number(id))
  const healthy = query.has('ready') ? info.state === 'live' && !info.partitioned : info.state !== 'down'
  return { status: healthy ? 200 : 503, body: { nodeId: info.id, state: info.state, partitioned: info.partitioned } }
}

function describeFaults({ faults }: AdminSubject): unknown {
  return { seed: faults.seed, rules: faults.list().map(({ rule, matches, hits }) => ({ ...rule, matches, hits })) }
}

async function replaceFaults({ subject, json }: AdminCall): Promise<AdminAnswer> {
  const rules = rulesOf(await json())
  subject.faults.clear()
  subject.faults.add(...rules)
  return { body: describeFaults(subject) }
}

function clearFaults({ subject }: AdminCall): AdminAnswer {
  subject.faults.clear()
  return { body: describeFaults(subject) }
}

async function putFault({ subject, parameters: [id = ''], json }: AdminCall): Promise<AdminAnswer> {
  const body = await json()
  const rule = parseFaultRule(isObject(body) ? { ...body, id } : body)
  subject.faults.add(rule)
  return { body: describeFaults(subject) }
}

function removeFault({ subject, parameters: [id = ''] }: AdminCall): AdminAnswer {
  if (!subject.faults.remove(id)) throw new DevClusterError('CERCI_FAULT_UNKNOWN', { id })
  return { body: describeFaults(subject) }
}

/** Every rule is checked before any is changed. */
function rulesOf(body: unknown): FaultRule[] {
  if (!isObject(body) || !('rules' in body) || !Array.isArray(body.rules)) {
    throw new DevClusterError('CERCI_ADMIN_BODY', { reason: 'not an object with an array `rules`' })
  }
  return body.rules.map(parseFaultRule)
}
