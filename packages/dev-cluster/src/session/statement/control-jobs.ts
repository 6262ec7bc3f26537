import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { JobInfo } from '../../jobs/job-log.js'
import type { JobCommand } from '../../translate/statements/control-jobs.js'
import type { SessionContext } from '../session-context.js'

/**
 * Carries out CANCEL, PAUSE and RESUME JOB: refuses, because a job of the dev cluster has succeeded when it is recorded.
 *
 * @param ids what the statement named
 * @throws {SqlError} when there is none of that id, the user may not, or it has ended
 */
export async function controlJobs(context: SessionContext, command: JobCommand, ids: readonly string[]): Promise<void> {
  const jobs = context.services.jobs.list()
  for (const id of ids) {
    const job = jobs.find(known => String(known.id) === id)
    if (job === undefined) throw refused(`job with ID ${id} does not exist`)
    await requireRight(context, job)
    throw refused(`job ${id}: ${reasons[command](job)}`)
  }
}

/** Sources: https://www.cockroachlabs.com/docs/v26.2/show-jobs#job-status, https://www.cockroachlabs.com/docs/v26.2/cancel-job#known-limitations */
const reasons: Readonly<Record<JobCommand, (job: JobInfo) => string>> = {
  pause: () => 'job with state succeeded cannot be requested to be paused',
  resume: () => 'job with state succeeded cannot be resumed',
  cancel: ({ id, description }) =>
    /^\s*drop\b/i.test(description)
      ? `job ${id}: not cancelable`
      : 'job with state succeeded cannot be requested to be canceled',
}

/**
 * One's own, also through a role; with CONTROLJOB those of others; an admin's only as admin.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/cancel-job#required-privileges
 */
async function requireRight({ services, user }: SessionContext, job: JobInfo): Promise<void> {
  if (job.user === user) return
  const [rights] = await services.engine.query('system', RIGHTS, [user, job.user])
  if (rights?.admin === 't' || rights?.member === 't') return
  if (rights?.owner_admin === 't') {
    throw new SqlError(sqlState.insufficient_privilege, 'only admins can control jobs owned by other admins')
  }
  if (rights?.may === 't') return
  throw new SqlError(sqlState.insufficient_privilege, `user ${user} does not have privileges for job ${job.id}`)
}

/** A role that made a job may be gone. */
const RIGHTS = `
SELECT pg_has_role($1, 'admin', 'MEMBER') AS admin, pg_has_role($1, 'crdb_internal.controljob', 'MEMBER') AS may,
  coalesce((SELECT pg_has_role($1, oid, 'MEMBER') FROM pg_roles WHERE rolname = $2), false) AS member,
  coalesce((SELECT pg_has_role(oid, 'admin', 'MEMBER') FROM pg_roles WHERE rolname = $2), false) AS owner_admin`

/** CockroachDB gives these no SQLSTATE of their own. */
function refused(message: string): SqlError {
  return new SqlError(sqlState.uncategorized, message)
}
