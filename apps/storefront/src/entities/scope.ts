import type { Session } from './session.js'

/** Whose things may be seen: those of one user, or everybody's. Queries take it as a parameter and obey it. */
export interface Scope {
  /** Null for everybody's. */
  readonly ownerId: string | null
}

/** Without a session there is nothing to be seen: no user has the nil id. */
export function scopeOf(session: Session | undefined): Scope {
  if (session?.role === 'admin') return { ownerId: null }
  return { ownerId: session?.userId ?? '00000000-0000-0000-0000-000000000000' }
}
