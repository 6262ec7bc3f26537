import type { Queryable } from 'cerci'

/** Whether the database answers within a second. */
export async function ping(db: Queryable): Promise<boolean> {
  try {
    await db.query({ text: 'SELECT 1', timeoutMs: 1000 })
    return true
  } catch {
    return false
  }
}
