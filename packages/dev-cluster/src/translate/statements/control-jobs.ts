import type { NodeOf } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { type SqlText, sql } from '../rewrite/sql-text.js'
import type { Outcome } from './outcome.js'

/** What can be done to a job. */
export type JobCommand = 'cancel' | 'pause' | 'resume'

/** The types of which all jobs can be commanded at once. The dev cluster has none of them. */
const commandedTypes: ReadonlySet<string> = new Set(['backup', 'changefeed', 'import', 'restore'])

/**
 * CANCEL, PAUSE and RESUME of jobs. PostgreSQL evaluates which: it hands the ids to a view whose trigger tells the gateway of each.
 * Sources: https://www.cockroachlabs.com/docs/v26.2/cancel-job, pause-job, resume-job
 */
export function translateControlJobs(node: NodeOf<'plain'>, rewrite: Rewrite): Outcome {
  const word = (at: number): string => (node.start + at < node.end ? rewrite.token(node.start + at).value : '')
  const command = commandOf(word(0))
  const tag = `${command.toUpperCase()} JOBS`
  if (word(1) === 'all' && commandedTypes.has(word(2)) && word(3) === 'jobs' && word(4) === '') {
    return { kind: 'other', tag, sql: controlSql(sql`SELECT NULL WHERE false`), effect: { controlJobs: command } }
  }
  if (word(1) !== 'job' && word(1) !== 'jobs') throw unexpected(node.start + 1, node, rewrite)
  const end = endOfIds(node, command, rewrite)
  const schedules = word(1) === 'jobs' && word(2) === 'for' && ['schedule', 'schedules'].includes(word(3))
  const ids = { start: node.start + (schedules ? 4 : 2), end }
  if (ids.start >= ids.end) throw unexpected(ids.start, node, rewrite)
  const text = rewrite.draft.text(ids)
  const several = schedules ? word(3) === 'schedules' : word(1) === 'jobs'
  const source = several ? sql`SELECT chosen.id::int8 FROM (${text}) AS chosen(id)` : sql`VALUES ((${text})::int8)`
  // No schedule has ever made a job here.
  const which = schedules ? sql`SELECT id FROM (${source}) AS schedule(id) WHERE false` : source
  return {
    kind: 'other',
    tag: schedules ? `${tag} FOR SCHEDULES` : tag,
    sql: controlSql(which),
    effect: { controlJobs: command },
  }
}

function commandOf(word: string): JobCommand {
  return word === 'pause' || word === 'resume' ? word : 'cancel'
}

function controlSql(ids: SqlText): SqlText {
  return sql`INSERT INTO crdb_internal.cerci_cancellations (id) SELECT id::text FROM (${ids}) AS job(id) WHERE id IS NOT NULL`
}

/** Before WITH REASON = …, of PAUSE, which nothing shows. */
function endOfIds({ start, end }: NodeOf<'plain'>, command: JobCommand, rewrite: Rewrite): number {
  if (command !== 'pause') return end
  let depth = 0
  for (let at = start; at < end; at++) {
    const { text, value } = rewrite.token(at)
    if (text === '(') depth++
    if (text === ')') depth--
    const isReason = depth === 0 && value === 'with' && at + 1 < end && rewrite.token(at + 1).value === 'reason'
    if (isReason) return at
  }
  return end
}

function unexpected(at: number, { end }: NodeOf<'plain'>, rewrite: Rewrite): SqlError {
  const near = at < end ? rewrite.token(at).text : 'EOF'
  return new SqlError(sqlState.syntax_error, `at or near "${near}": syntax error`)
}
