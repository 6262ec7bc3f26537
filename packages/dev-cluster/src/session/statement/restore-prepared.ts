import { NO_SINK } from '../backend/exchange.js'
import type { SessionContext } from '../session-context.js'

/**
 * Outside of a transaction, makes PostgreSQL know what names mean now. One that cannot be prepared any more, because its table is gone or is
 * not in this database, is forgotten; the others are not lost with it.
 */
export async function restorePrepared(context: SessionContext, which: Iterable<string>): Promise<void> {
  const names = [...which]
  if (names.length === 0) return
  const { backend, prepared } = context
  await context.undisturbed(async () => {
    const { error } = await backend.exchange(prepared.restore(names), 'sync', NO_SINK)
    if (error === undefined) return
    for (const name of names) {
      const { error: own } = await backend.exchange(prepared.restore([name]), 'sync', NO_SINK)
      if (own !== undefined) prepared.forget(name)
    }
  })
}
