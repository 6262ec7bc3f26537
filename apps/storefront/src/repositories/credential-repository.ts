import type { Queryable } from 'cerci'
import type { Role } from '../entities/session.js'

export interface Credential {
  readonly userId: string
  readonly role: Role
  readonly passwordHash: string
}

/** Sets the password of a user, over an earlier one. */
export async function upsertCredential(db: Queryable, userId: string, passwordHash: string): Promise<void> {
  await db.query(
    `INSERT INTO credentials (user_id, password_hash) VALUES ($1, $2)
     ON CONFLICT (user_id) DO UPDATE SET password_hash = excluded.password_hash, changed_at = now()`,
    [userId, passwordHash],
  )
}

/** The credential of a user who may sign in. */
export async function findCredentialByEmail(db: Queryable, email: string): Promise<Credential | undefined> {
  const { rows } = await db.query<Credential>(
    `SELECT u.id AS "userId", u.role, c.password_hash AS "passwordHash"
     FROM users u JOIN credentials c ON c.user_id = u.id
     WHERE u.email = $1 AND u.deleted_at IS NULL AND u.deactivated_at IS NULL`,
    [email],
  )
  return rows[0]
}

/** As `findCredentialByEmail`, of a known user. */
export async function findCredential(db: Queryable, userId: string): Promise<Credential | undefined> {
  const { rows } = await db.query<Credential>(
    `SELECT u.id AS "userId", u.role, c.password_hash AS "passwordHash"
     FROM users u JOIN credentials c ON c.user_id = u.id
     WHERE u.id = $1 AND u.deleted_at IS NULL AND u.deactivated_at IS NULL`,
    [userId],
  )
  return rows[0]
}

/** Notes that a user was here, for those who look for users who never are. */
export async function recordPresence(db: Queryable, userId: string): Promise<void> {
  const text = 'UPDATE users SET last_seen_at = now() WHERE id = $1'
  await db.query({ text, values: [userId], idempotent: true })
}
