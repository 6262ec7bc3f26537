import { AsyncLocalStorage } from 'node:async_hooks'

/** What takes the place of the pool's `queryTimeoutMs`; nothing once the work is done, for what it has left running. */
interface Scope {
  timeoutMs: number | undefined
}

const scopes = new AsyncLocalStorage<Scope>()
let open = 0

/**
 * Runs work whose statements, whatever library sends them, have this limit where they have none of their own. A migration gets its time so: ORMs cannot
 * pass a limit on.
 */
export async function withQueryTimeout<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const scope: Scope = { timeoutMs }
  open++
  try {
    return await scopes.run(scope, work)
  } finally {
    scope.timeoutMs = undefined
    open--
    if (open === 0) scopes.disable() // what follows async work costs every promise of a process that goes on to serve
  }
}

/** Milliseconds, infinite for none; undefined outside of such work. */
export function scopedTimeoutMs(): number | undefined {
  return open === 0 ? undefined : scopes.getStore()?.timeoutMs
}
