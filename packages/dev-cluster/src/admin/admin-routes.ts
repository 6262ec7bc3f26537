import { DevClusterError } from '../dev-cluster-error.js'
import type { FaultRule } from '../faults/fault.js'
import type { FaultInjector } from '../faults/fault-injector.js'
import { parseFaultRule } from '../faults/parse-fault-rule.js'
import { isObject } from './admin-request.js'
import type { AdminAnswer, AdminRoute } from './admin-route.js'
import { type DatabaseSubject, databaseRoutes } from './database-routes.js'
import { type NodeSubject, nodeRoutes } from './node-routes.js'
import { type RegionSubject, regionRoutes } from './region-routes.js'
import { statusPage } from './status-page.js'

/** What the admin API shows and changes. */
export interface AdminSubject extends DatabaseSubject, NodeSubject, RegionSubject {
  readonly faults: FaultInjector
}

type AdminCall = Parameters<AdminRoute<AdminSubject>['handle']>[0]

export const adminRoutes: readonly AdminRoute<AdminSubject>[] = [
  { method: 'GET', path: /^\/$/, handle: () => ({ body: statusPage }) },
  ...nodeRoutes,
  ...regionRoutes,
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
  ...databaseRoutes,
]

function describeFaults({ faults }: AdminSubject): unknown {
  return { seed: faults.seed, rules: faults.list().map(({ rule, ...status }) => ({ ...rule, ...status })) }
}

async function replaceFaults({ subject, json }: AdminCall): Promise<AdminAnswer> {
  const { seed, rules } = faultsOf(await json())
  if (rules !== undefined) subject.faults.replace(...rules)
  if (seed !== undefined) subject.faults.reseed(seed)
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

/** Every rule is checked before any is changed. Rules that are not said stay. */
function faultsOf(body: unknown): { readonly seed?: string; readonly rules?: FaultRule[] } {
  const fields = new Map<string, unknown>(isObject(body) ? Object.entries(body) : [])
  const [seed, rules] = [fields.get('seed'), fields.get('rules')]
  const isOdd = [...fields.keys()].some(name => name !== 'seed' && name !== 'rules')
  const isSeed = seed === undefined || (typeof seed === 'string' && seed !== '')
  if (fields.size === 0 || isOdd || !isSeed || (rules !== undefined && !Array.isArray(rules))) {
    throw new DevClusterError('CERCI_ADMIN_BODY', { reason: `not ${shape}` })
  }
  return { ...(seed !== undefined && { seed }), ...(rules !== undefined && { rules: rules.map(parseFaultRule) }) }
}

const shape = 'an object with an array `rules`, a text `seed`, or both'
