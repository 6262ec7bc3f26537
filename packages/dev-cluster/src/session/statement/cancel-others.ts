import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { TranslationEffect } from '../../translate/translation.js'
import type { SessionContext } from '../session-context.js'
import type { SessionInfo } from '../session-info.js'

export type Cancellation = Extract<TranslationEffect, { readonly cancel: string }>

/**
 * Carries out CANCEL QUERY or CANCEL SESSION, wherever they run.
 *
 * @param ids what the statement named
 * @throws {SqlError} when there is none of that id, or the user may not
 */
export async function cancelOthers(
  context: SessionContext,
  { cancel, ifExists }: Cancellation,
  ids: readonly string[],
): Promise<void> {
  const { services } = context
  for (const id of ids) {
    if (!/^[0-9a-f]{1,32}$/.test(id)) throw new SqlError(sqlState.syntax_error, `invalid ${cancel} ID ${id}`)
    const victim = services.sessions().find(info => (cancel === 'query' ? info.query?.id : info.id) === id)
    if (victim) await checkRight(context, victim, cancel)
    const done = victim && (cancel === 'query' ? services.cancelQuery(id) : services.cancelSession(id))
    if (done || ifExists) continue
    throw new SqlError(sqlState.uncategorized, `could not cancel ${cancel} ${id}: ${cancel} ID ${id} not found`)
  }
}

/** One's own, or with CANCELQUERY those of others; an admin's only as admin. Source: https://www.cockroachlabs.com/docs/v26.2/cancel-query#required-privileges */
async function checkRight({ services, user }: SessionContext, victim: SessionInfo, what: string): Promise<void> {
  if (victim.user === user) return
  const [rights] = await services.engine.query('system', RIGHTS, [user, victim.user])
  if (rights?.admin === 't') return
  if (rights?.may !== 't') {
    throw new SqlError(sqlState.insufficient_privilege, 'this operation requires the CANCELQUERY system privilege')
  }
  if (rights?.victim_admin === 't') {
    throw new SqlError(sqlState.insufficient_privilege, `permission denied to cancel admin ${what}`)
  }
}

const RIGHTS = `
SELECT pg_has_role($1, 'admin', 'MEMBER') AS admin, pg_has_role($1, 'crdb_internal.cancelquery', 'MEMBER') AS may,
  pg_has_role($2, 'admin', 'MEMBER') AS victim_admin`
