import { printString, type Show } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { printActivity } from '../activity/print-activity.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { type SqlText, sql } from '../rewrite/sql-text.js'
import { type ShowForm, tableOf } from './show-statement.js'

/** The relation behind each word, and the columns that SHOW gives of it. Sources: https://www.cockroachlabs.com/docs/v26.2/show-sessions, show-statements, show-transactions */
const shown = {
  sessions: [
    'sessions',
    'node_id, session_id, status, user_name, client_address, application_name, active_queries, last_active_query, session_start, active_query_start, num_txns_executed, trace_id, goroutine_id',
  ],
  queries: [
    'queries',
    'query_id, node_id, session_id, user_name, start, query, client_address, application_name, distributed, phase',
  ],
  transactions: ['transactions', 'node_id, id AS txn_id, application_name, num_stmts, num_retries, num_auto_retries'],
} as const

/** SHOW of what runs now, and of jobs. ALL adds the statements that CockroachDB runs for itself: here there are none. */
export const activityForms: Readonly<Record<string, ShowForm>> = {
  ...formsOf('sessions', shown.sessions),
  ...formsOf('queries', shown.queries),
  ...formsOf('statements', shown.queries),
  ...formsOf('transactions', shown.transactions),
  jobs: (show, rewrite) => showJobs(show, rewrite),
  job: (show, rewrite) => showJobs(show, rewrite),
  'automatic jobs': (_show, rewrite) => `${jobs(rewrite)} WHERE false`,
  'changefeed jobs': () => noChangefeeds,
  'changefeed job': () => noChangefeeds,
  // A job of the dev cluster is recorded when it is complete: there is never anything to wait for.
  'jobs when complete': (show, rewrite) => showJobs(show, rewrite),
  'job when complete': (show, rewrite) => showJobs(show, rewrite),
}

/** The dev cluster has no changefeeds. https://www.cockroachlabs.com/docs/v26.2/show-jobs#show-changefeed-jobs */
const noChangefeeds = `SELECT NULL::int8 AS job_id, NULL::text AS description, NULL::text AS user_name, NULL::text AS status, NULL::text AS running_status,
  NULL::timestamptz AS created, NULL::timestamptz AS started, NULL::timestamptz AS finished, NULL::timestamptz AS modified, NULL::numeric AS high_water_timestamp,
  NULL::timestamptz AS readable_high_water_timestamptz, NULL::text AS error, NULL::text AS sink_uri, NULL::text[] AS full_table_names, NULL::text AS topics,
  NULL::text AS format WHERE false`

function formsOf(word: string, [relation, columns]: readonly [string, string]): Record<string, ShowForm> {
  const form =
    (scope: string): ShowForm =>
    (_show, rewrite) =>
      `SELECT ${columns} FROM (${printActivity(`${scope}_${relation}`, rewrite) ?? ''}) AS activity`
  const cluster = form('cluster')
  const local = form('node')
  return Object.fromEntries(
    ['', 'all '].flatMap(all => [
      [`${all}${word}`, cluster],
      [`${all}cluster ${word}`, cluster],
      [`${all}local ${word}`, local],
    ]),
  )
}

/** Source: https://www.cockroachlabs.com/docs/v26.2/show-jobs. A list shortens descriptions; jobs that are asked for by id have them whole. */
function showJobs(show: Show, rewrite: Rewrite): SqlText | string {
  const ids = show.names.map(name => printString(tableOf(name).parts.join('.')))
  if (show.clauses.length > 0) {
    throw new SqlError(sqlState.feature_not_supported, 'unimplemented: SHOW JOBS with a clause', {
      hint: 'The dev cluster of Cerci has no schedules. Use SELECT … FROM [SHOW JOBS] WHERE ….',
    })
  }
  if (show.query) {
    const chosen = rewrite.draft.text(show.query)
    return sql`${jobs(rewrite)} WHERE job_id IN (SELECT * FROM (${chosen}) AS chosen) ORDER BY created`
  }
  if (ids.length > 0) return `${jobs(rewrite)} WHERE job_id IN (${ids.join(', ')}) ORDER BY created`
  const list = jobs(rewrite, 'left(description, 100) AS description')
  return `${list} WHERE finished > now() - interval '12 hours' ORDER BY finished`
}

function jobs(rewrite: Rewrite, description = 'description'): string {
  const before = `job_id, job_type, ${description}, statement, user_name, status, running_status, created, started`
  const after = 'finished, modified, fraction_completed, error, coordinator_id, trace_id, execution_errors'
  return `SELECT ${before}, ${after} FROM (${printActivity('jobs', rewrite) ?? ''}) AS jobs`
}
