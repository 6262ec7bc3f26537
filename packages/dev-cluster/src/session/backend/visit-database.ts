import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { SessionContext } from '../session-context.js'
import type { Backend } from './backend.js'
import type { BackendSupply } from './backend-supply.js'

const NOTHING = (): void => undefined

/**
 * Has work done on a backend of its own in another database, with the session's user and variables. Meanwhile that backend is the session's: a
 * cancellation strikes it, and so does the end of the session, which then ends the session's own as well.
 *
 * @throws {SqlError} when there is no such database, or the session ends meanwhile
 */
export async function visitDatabase<T>(
  context: SessionContext,
  backends: BackendSupply,
  database: string,
  work: (backend: Backend) => Promise<T>,
): Promise<T> {
  const home = context.backend
  const results: T[] = []
  await backends.open(database, context.variables.values, async visited => {
    if (context.interrupted !== undefined) throw interruption(context.interrupted)
    visited.watch(NOTHING, NOTHING)
    context.backend = visited
    try {
      results.push(await work(visited))
    } finally {
      context.backend = home
      if (isClosed(context)) void backends.dismiss(home)
    }
    visited.end()
    await visited.closed
  })
  const [result] = results
  if (result === undefined) throw new TypeError('the work in another database had no result')
  return result
}

/** Asked anew after a wait, during which it may have changed. */
function isClosed({ interrupted }: SessionContext): boolean {
  return interrupted === 'closed'
}

function interruption(why: 'cancelled' | 'closed'): SqlError {
  return why === 'cancelled'
    ? new SqlError(sqlState.query_canceled, 'query execution canceled')
    : new SqlError(sqlState.admin_shutdown, 'the session has ended')
}
