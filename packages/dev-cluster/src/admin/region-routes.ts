import { DevClusterError } from '../dev-cluster-error.js'
import type { LatencyOption } from '../latency/load-latencies.js'
import type { ClusterNode } from '../topology/cluster-node.js'
import type { ClusterRegion } from '../topology/cluster-region.js'
import type { AdminAnswer, AdminCall, AdminRoute } from './admin-route.js'

export interface RegionSubject {
  readonly nodes: readonly ClusterNode[]
  /** @throws {DevClusterError} `CERCI_REGION_UNKNOWN` */
  region(name: string): ClusterRegion
  readonly latency: string
  /** @throws {DevClusterError} `CERCI_LATENCY_INVALID` */
  setLatency(option: LatencyOption): void
}

/** Regions, and what the network between them costs. */
export const regionRoutes: readonly AdminRoute<RegionSubject>[] = [
  {
    method: 'GET',
    path: /^\/api\/regions$/,
    handle: ({ subject }) => ({ body: { regions: regionsOf(subject).map(describeRegion) } }),
  },
  { method: 'POST', path: /^\/api\/regions\/([^/]+)\/(kill|start|partition|heal)$/, handle: changeRegion },
  { method: 'GET', path: /^\/api\/latency$/, handle: ({ subject }) => ({ body: { latency: subject.latency } }) },
  { method: 'PUT', path: /^\/api\/latency$/, handle: changeLatency },
]

function regionsOf(subject: RegionSubject): ClusterRegion[] {
  const members = subject.nodes.filter(({ info }) => info.membership !== 'decommissioned')
  const names = [...new Set(members.map(({ region }) => region))].toSorted()
  return names.map(name => subject.region(name))
}

function describeRegion({ name, nodes, isolated }: ClusterRegion): unknown {
  const live = nodes.filter(({ info }) => info.state === 'live').map(({ id }) => id)
  return { name, nodes: nodes.map(({ id }) => id), live, isolated }
}

async function changeRegion({
  subject,
  parameters: [name = '', action],
}: AdminCall<RegionSubject>): Promise<AdminAnswer> {
  const region = subject.region(name)
  if (action === 'kill') await region.kill()
  else if (action === 'start') await region.start()
  else if (action === 'partition') region.partition()
  else region.heal()
  return { body: describeRegion(region) }
}

async function changeLatency({ subject, json }: AdminCall<RegionSubject>): Promise<AdminAnswer> {
  subject.setLatency(parseLatency(await json()))
  return { body: { latency: subject.latency } }
}

/** A page must not make the dev cluster read files, so a name is a built-in one. */
function parseLatency(body: unknown): LatencyOption {
  const latency: unknown = typeof body === 'object' && body !== null && 'latency' in body ? body.latency : undefined
  if (latency === 'none' || latency === 'wan') return latency
  if (isTable(latency)) return latency
  const reason = 'the body must be {"latency": …} with none, wan, or an object with betweenRegionsMs'
  throw new DevClusterError('CERCI_LATENCY_INVALID', { reason })
}

/** Its numbers are checked where it is used. */
function isTable(value: unknown): value is Exclude<LatencyOption, string> {
  return typeof value === 'object' && value !== null && 'betweenRegionsMs' in value
}
