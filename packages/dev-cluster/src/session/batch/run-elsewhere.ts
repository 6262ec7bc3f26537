import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { BackendLost } from '../backend/backend.js'
import { NO_SINK } from '../backend/exchange.js'
import type { Segment } from '../backend/segment.js'
import { exchangeSqlError, unknownDatabase } from '../client/error-frames.js'
import type { SessionContext } from '../session-context.js'
import type { Statement } from '../statement/statement.js'
import { recordJob } from '../statement/statement-completion.js'
import type { StepOutcome } from './batch-outcome.js'
import type { Step } from './step.js'
import type { UnitSource } from './unit.js'

/**
 * Runs a step whose only statement is about another database, or about a transaction that PostgreSQL has given up, on a backend of its own there. It is a transaction of its own: what it shows is what is
 * committed there, and what it changes is committed at once.
 */
export async function runElsewhere(
  context: SessionContext,
  source: UnitSource,
  step: Step,
  database: string,
): Promise<StepOutcome> {
  const statements = step.units.flatMap(({ statement }) => statement ?? [])
  const segment = source.segment(step.from, step.to, 'sync')
  const refusal = observes(segment) ? undefined : refuseIn(context, statements)
  if (refusal !== undefined) return { kind: 'refused', error: refusal }
  try {
    const error = await context.visit(database, () => exchangeThere(context, segment, database))
    if (error instanceof SqlError) return { kind: 'refused', error }
  } catch (error) {
    if (error instanceof SqlError) return { kind: 'refused', error }
    // Somebody has dropped it meanwhile, which ends whoever is there.
    if (error instanceof BackendLost && context.interrupted !== 'closed' && error.fields !== undefined)
      return { kind: 'refused', error: unknownDatabase(database) }
    throw error
  }
  for (const { translation } of statements) {
    if (translation.job) recordJob(context, translation.job)
    if (translation.kind !== 'ddl') continue
    context.services.catalogs.invalidate(database)
    source.catalogChanged(step.to)
  }
  return { kind: 'done', ended: context.transaction === undefined && !context.implicitOpen }
}

/** @returns what PostgreSQL has refused, or true */
async function exchangeThere(context: SessionContext, segment: Segment, database: string): Promise<SqlError | true> {
  const { backend, prepared, output, services, user } = context
  const given = new Set(segment.expected.flatMap(reply => (reply.kind === 'parse' ? [reply.name] : [])))
  const known = prepared.restoreIn(database, given)
  if (known.expected.length > 0) await backend.exchange(known, 'sync', NO_SINK)
  const { error } = await backend.exchange(segment, 'sync', output)
  prepared.confirm(segment.expected, error === undefined ? segment.expected.length : error.answered)
  if (segment.isQuery) prepared.dropUnnamed()
  if (error === undefined) return true
  return exchangeSqlError(error, segment.expected, { catalog: services.catalogs.peek(database), user })
}

function observes({ expected }: Segment): boolean {
  return expected.some(reply =>
    reply.kind === 'query'
      ? reply.statements.some(({ translation }) => translation.observes)
      : reply.statement?.translation.observes,
  )
}

function refuseIn(
  { transaction, implicitOpen }: SessionContext,
  statements: readonly Statement[],
): SqlError | undefined {
  if (transaction?.phase === 'failed') {
    const message = 'current transaction is aborted, commands ignored until end of transaction block'
    return new SqlError(sqlState.in_failed_sql_transaction, message)
  }
  const changes = statements.some(({ translation }) => translation.kind !== 'read')
  if (!changes || (transaction === undefined && !implicitOpen)) return undefined
  return new SqlError(sqlState.feature_not_supported, 'unimplemented: changing another database inside a transaction', {
    hint: 'end the transaction first; the dev cluster keeps each database in one of its own',
  })
}
