import type { Queryable } from 'cerci'
import type { Role } from '../entities/session.js'
import type { NewUser, User, UserChanges } from '../entities/user.js'
import { StorefrontError } from '../errors/storefront-error.js'
import type { Positioned, TimePosition } from '../paging/time-position.js'
import { isRefusal } from './refusal.js'
import { writtenRow } from './written-row.js'

const columns = 'id, email, name, role, version, created_at AS "createdAt", updated_at AS "updatedAt"'

export type UserRow = User & Positioned

/** Throws `email-taken`. */
export async function insertUser(db: Queryable, id: string, { email, name, role }: NewUser): Promise<User> {
  const insert = `INSERT INTO users (id, email, name, role) VALUES ($1, $2, $3, $4) RETURNING ${columns}`
  const { rows } = await refusingTakenEmail(() => db.query<User>(insert, [id, email, name, role]))
  return writtenRow(rows)
}

export async function findUser(db: Queryable, id: string): Promise<User | undefined> {
  const { rows } = await db.query<User>(`SELECT ${columns} FROM users WHERE id = $1 AND deleted_at IS NULL`, [id])
  return rows[0]
}

/** Users after a position, newest first. */
export async function listUsers(db: Queryable, after: TimePosition, count: number): Promise<UserRow[]> {
  const { rows } = await db.query<UserRow>(
    `SELECT ${columns}, created_at::STRING AS position FROM users
     WHERE deleted_at IS NULL AND (created_at, id) < ($1::TIMESTAMPTZ, $2::UUID)
     ORDER BY created_at DESC, id DESC LIMIT $3`,
    [after.at, after.id, count],
  )
  return rows
}

/** As `listUsers`, of those whose name or e-mail address contains the text in whatever case. */
export async function searchUsers(db: Queryable, text: string, after: TimePosition, count: number): Promise<UserRow[]> {
  const { rows } = await db.query<UserRow>(
    `SELECT ${columns}, created_at::STRING AS position FROM users
     WHERE deleted_at IS NULL AND (created_at, id) < ($1::TIMESTAMPTZ, $2::UUID) AND (name ILIKE $4 OR email ILIKE $4)
     ORDER BY created_at DESC, id DESC LIMIT $3`,
    [after.at, after.id, count, `%${text.replace(/[\\%_]/g, '\\$&')}%`],
  )
  return rows
}

/** Changes a user that still has this version; undefined when there is none. Throws `email-taken`. */
export async function updateUser(
  db: Queryable,
  id: string,
  version: number,
  changes: UserChanges,
): Promise<User | undefined> {
  const update = `UPDATE users
    SET email = COALESCE($3, email), name = COALESCE($4, name), version = version + 1, updated_at = now()
    WHERE id = $1 AND version = $2 AND deleted_at IS NULL
    RETURNING ${columns}`
  const values = [id, version, changes.email ?? null, changes.name ?? null]
  const { rows } = await refusingTakenEmail(() => db.query<User>(update, values))
  return rows[0]
}

export async function setRole(db: Queryable, id: string, role: Role): Promise<void> {
  await db.query('UPDATE users SET role = $2, version = version + 1, updated_at = now() WHERE id = $1 AND role <> $2', [
    id,
    role,
  ])
}

async function refusingTakenEmail<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (cause) {
    if (isRefusal(cause, 'CERCI_UNIQUE_VIOLATION', 'users_email_key'))
      throw new StorefrontError('email-taken', { cause })
    throw cause
  }
}
