import type { Queryable } from 'cerci'

/** Throws what keeps the database from answering. */
export async function reachDatabase(db: Queryable): Promise<void> {
  await db.query('SELECT 1')
}

/** Whether the database answers within a second. */
export async function ping(db: Queryable): Promise<boolean> {
  try {
    await db.query({ text: 'SELECT 1', timeoutMs: 1000 })
    return true
  } catch {
    return false
  }
}
