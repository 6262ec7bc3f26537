import type { JobInfo } from '../../jobs/job-log.js'
import type { SessionInfo } from '../../session/session-info.js'
import type { ClusterRelation, ClusterValue } from '../cluster/cluster-relation.js'
import type { ClusterActivity } from './activity.js'

/** A relation of crdb_internal about what runs now. */
export interface ActivityRelation {
  readonly columns: ClusterRelation['columns']
  readonly rows: (activity: ClusterActivity) => readonly (readonly ClusterValue[])[]
  /** Which of the rows a user may see: SQL over its columns. */
  readonly visible: string
  /** Columns with statements, whose constants are hidden from who holds VIEWACTIVITYREDACTED and is neither the user nor an admin. */
  readonly redacted?: readonly string[]
}

/** A user sees what is their own; admins and holders of a system privilege see all. Source: https://www.cockroachlabs.com/docs/v26.2/show-sessions */
const own = `user_name = current_user OR crdb_internal.cerci_has_system_privilege('VIEWACTIVITY') OR crdb_internal.cerci_has_system_privilege('VIEWACTIVITYREDACTED')`

const sessions: ActivityRelation = {
  columns: [
    ['node_id', 'int8'],
    ['session_id', 'text'],
    ['user_name', 'text'],
    ['client_address', 'text'],
    ['application_name', 'text'],
    ['active_queries', 'text'],
    ['last_active_query', 'text'],
    ['num_txns_executed', 'int8'],
    ['session_start', 'timestamptz'],
    ['active_query_start', 'timestamptz'],
    ['kv_txn', 'text'],
    ['alloc_bytes', 'int8'],
    ['max_alloc_bytes', 'int8'],
    ['status', 'text'],
    ['session_end', 'timestamptz'],
    ['pg_backend_pid', 'int8'],
    ['trace_id', 'int8'],
    ['goroutine_id', 'int8'],
    ['authentication_method', 'text'],
  ],
  visible: own,
  redacted: ['active_queries', 'last_active_query'],
  rows: activity =>
    activity.sessions.map(session => [
      session.nodeId,
      session.id,
      session.user,
      session.clientAddress,
      session.applicationName,
      session.query?.text ?? '',
      session.lastQuery,
      session.transactionsExecuted,
      session.startedAt,
      session.query?.startedAt ?? null,
      session.transaction?.id ?? null,
      0,
      0,
      session.status.toUpperCase(),
      null,
      session.backendPid,
      0,
      0,
      session.authenticationMethod,
    ]),
}

const queries: ActivityRelation = {
  columns: [
    ['query_id', 'text'],
    ['txn_id', 'uuid'],
    ['node_id', 'int8'],
    ['session_id', 'text'],
    ['user_name', 'text'],
    ['start', 'timestamptz'],
    ['query', 'text'],
    ['client_address', 'text'],
    ['application_name', 'text'],
    ['distributed', 'bool'],
    ['phase', 'text'],
    ['full_scan', 'bool'],
    ['plan_gist', 'text'],
    ['database', 'text'],
  ],
  visible: own,
  redacted: ['query'],
  rows: activity => activity.sessions.flatMap(queryOf),
}

function queryOf(session: SessionInfo): (readonly ClusterValue[])[] {
  const { query, transaction, nodeId, user, clientAddress, applicationName } = session
  if (!query) return []
  const run = [query.startedAt, query.text, clientAddress, applicationName, false, 'executing', null, '']
  return [[query.id, transaction?.id ?? null, nodeId, session.id, user, ...run, session.database]]
}

const transactions: ActivityRelation = {
  columns: [
    ['id', 'uuid'],
    ['node_id', 'int8'],
    ['session_id', 'text'],
    ['start', 'timestamp'],
    ['txn_string', 'text'],
    ['application_name', 'text'],
    ['num_stmts', 'int8'],
    ['num_retries', 'int8'],
    ['num_auto_retries', 'int8'],
    ['user_name', 'text'],
  ],
  visible: own,
  rows: activity => activity.sessions.flatMap(transactionOf),
}

function transactionOf({ id, nodeId, user, applicationName, transaction }: SessionInfo): (readonly ClusterValue[])[] {
  if (!transaction) return []
  const { statements, restarts, automaticRetries, startedAt } = transaction
  const name = `"sql txn" meta={id=${transaction.id.slice(0, 8)}}`
  return [[transaction.id, nodeId, id, startedAt, name, applicationName, statements, restarts, automaticRetries, user]]
}

const jobs: ActivityRelation = {
  columns: [
    ['job_id', 'int8'],
    ['job_type', 'text'],
    ['description', 'text'],
    ['statement', 'text'],
    ['user_name', 'text'],
    ['status', 'text'],
    ['running_status', 'text'],
    ['created', 'timestamptz'],
    ['started', 'timestamptz'],
    ['finished', 'timestamptz'],
    ['modified', 'timestamptz'],
    ['fraction_completed', 'float4'],
    ['error', 'text'],
    ['coordinator_id', 'int8'],
    ['trace_id', 'int8'],
    ['execution_errors', 'text[]'],
  ],
  // https://www.cockroachlabs.com/docs/v26.2/show-jobs#required-privileges
  visible: `user_name = current_user OR crdb_internal.cerci_has_system_privilege('VIEWJOB') OR crdb_internal.cerci_has_system_privilege('CONTROLJOB')
    OR user_name IN (SELECT r.rolname FROM pg_catalog.pg_roles r WHERE pg_catalog.pg_has_role(current_user, r.oid, 'MEMBER'))`,
  rows: activity => activity.jobs.map(jobRow),
}

function jobRow(job: JobInfo): readonly ClusterValue[] {
  const { createdAt, finishedAt } = job
  const times = [createdAt, createdAt, finishedAt, finishedAt] as const
  return [
    String(job.id),
    job.type,
    job.description,
    '',
    job.user,
    'succeeded',
    null,
    ...times,
    1,
    '',
    job.nodeId,
    null,
    [],
  ]
}

/** By name. Source: https://www.cockroachlabs.com/docs/v26.2/crdb-internal; `node_…` shows one node. */
export const activityRelations: ReadonlyMap<string, ActivityRelation> = new Map([
  ['cluster_sessions', sessions],
  ['cluster_queries', queries],
  ['cluster_transactions', transactions],
  ['jobs', jobs],
])
