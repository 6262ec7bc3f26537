import type { GatewayNode } from '../../gateway/gateway-services.js'
import { realSearchPath } from '../../variables/search-path.js'
import { findVariable } from '../../variables/variables.js'

/** What a session is, to PostgreSQL. */
export interface BackendIdentity {
  readonly user: string
  readonly database: string
  readonly sessionId: string
  readonly clusterId: string
  readonly node: GatewayNode
}

/** Variables that hold for a transaction, and so have no place at the beginning of a session. */
const transactionVariables: ReadonlySet<string> = new Set([
  'transaction_isolation',
  'transaction_read_only',
  'transaction_priority',
  'transaction_status',
])

/** The startup parameters of a session's backend: who it is, where, and with which settings. */
export function backendParameters(
  { user, database, sessionId, clusterId, node }: BackendIdentity,
  variables: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const parameters = new Map([
    ['user', user],
    ['database', database],
    ['crdb.cluster_id', clusterId],
    ['crdb.node_id', String(node.id)],
    ['crdb.region', node.region],
    ['crdb.zone', node.zone],
    ['crdb.locality', locality(node)],
    ['crdb.session_id', sessionId],
    ['crdb.session_user', user],
    ['crdb.is_superuser', user === 'root' ? 'on' : 'off'],
    ['crdb.database', database],
    // Whoever owns a role or a database may set it for them; what comes with the connection wins.
    ['local_preload_libraries', ''],
  ])
  for (const [name, value] of variables) {
    const guc = findVariable(name)?.guc
    if (guc === undefined || transactionVariables.has(name)) continue
    parameters.set(guc, name === 'search_path' ? realSearchPath(value) : value)
  }
  return parameters
}

/** A node's locality as SHOW LOCALITY prints it. */
export function locality({ region, zone }: GatewayNode): string {
  return zone === '' ? `region=${region}` : `region=${region},zone=${zone}`
}
