import type { Queryable } from 'cerci'

/** Deactivates up to `count` users who have not been seen for so many days, longest gone first, and ends their sessions. Returns how many. */
export async function deactivateInactive(db: Queryable, days: number, count: number): Promise<number> {
  const { rows } = await db.query<{ deactivated: number }>(
    `WITH gone AS (
       UPDATE users SET deactivated_at = now(), updated_at = now(), version = version + 1
       WHERE id IN (
         SELECT id FROM users
         WHERE deactivated_at IS NULL AND deleted_at IS NULL AND role = 'user'
           AND last_seen_at < now() - $1::INT4 * INTERVAL '1 day'
         ORDER BY last_seen_at LIMIT $2
       ) RETURNING id
     ), ended AS (
       DELETE FROM refresh_tokens WHERE user_id IN (SELECT id FROM gone) RETURNING user_id
     )
     SELECT count(*)::INT4 AS deactivated FROM gone`,
    [days, count],
  )
  return rows[0]?.deactivated ?? 0
}

/** Lets a deactivated user sign in again. Returns whether there is such a user. */
export async function reactivate(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE users SET deactivated_at = NULL, last_seen_at = now(), updated_at = now(), version = version + 1
     WHERE id = $1 AND deleted_at IS NULL`,
    [id],
  )
  return rowCount === 1
}

/** Hides a user and frees the e-mail address. Returns whether there was one. */
export async function softDeleteUser(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'UPDATE users SET deleted_at = now(), updated_at = now(), version = version + 1 WHERE id = $1 AND deleted_at IS NULL',
    [id],
  )
  return rowCount === 1
}

/** Whether any account of the user holds money. The accounts stay locked until the transaction ends. */
export async function lockMoney(db: Queryable, userId: string): Promise<boolean> {
  const { rows } = await db.query<{ holds: boolean }>(
    'SELECT balance > 0 AS holds FROM accounts WHERE user_id = $1 ORDER BY id FOR UPDATE',
    [userId],
  )
  return rows.some(({ holds }) => holds)
}

/** Removes a user with password, sessions, orders and posts. Accounts stay, with nobody's name on them. Returns whether there was one. */
export async function eraseUser(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query('DELETE FROM users WHERE id = $1', [id])
  return rowCount === 1
}

/** Whether there is anything left of a user, deleted or not. */
export async function isKnownUser(db: Queryable, id: string): Promise<boolean> {
  const { rows } = await db.query('SELECT 1 FROM users WHERE id = $1', [id])
  return rows.length > 0
}
