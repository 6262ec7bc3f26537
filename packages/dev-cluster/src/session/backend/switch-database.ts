import type { SessionContext } from '../session-context.js'
import { restorePrepared } from '../statement/restore-prepared.js'
import type { Backend } from './backend.js'
import type { BackendSupply } from './backend-supply.js'

/** What the session does when it moves. */
export interface Move {
  /** Waits until the past of the database is kept; throws when the session has ended meanwhile. */
  readonly follow: (database: string) => Promise<void>
  /** Listens to the new backend. */
  readonly adopt: (backend: Backend) => void
}

const NOTHING = (): void => undefined

/**
 * USE: moves a session to another database, which is to another backend, with its variables and prepared statements.
 *
 * @throws {SqlError} when there is no such database, or the session ends meanwhile
 */
export async function switchDatabase(
  context: SessionContext,
  backends: BackendSupply,
  database: string,
  { follow, adopt }: Move,
): Promise<void> {
  await backends.open(database, context.variables.values, async next => {
    await follow(database)
    const previous = context.backend
    context.backend = next
    context.database = database
    adopt(next)
    previous.watch(NOTHING, NOTHING)
    previous.end()
    await restorePrepared(context, context.prepared.names())
    await previous.closed
  })
}
