import type { Queryable } from 'cerci'
import type { Role } from '../entities/session.js'

export interface StoredRefreshToken {
  readonly familyId: string
  readonly userId: string
  readonly role: Role
  readonly used: boolean
  /** Whether it has expired, or its user may not sign in any more. */
  readonly invalid: boolean
}

/** Starts a family of tokens. */
export async function insertFirstToken(db: Queryable, tokenHash: Buffer, userId: string, days: number): Promise<void> {
  await db.query({
    text: `INSERT INTO refresh_tokens (token_hash, family_id, user_id, expires_at)
      VALUES ($1, gen_random_uuid(), $2, now() + $3::INT4 * INTERVAL '1 day') ON CONFLICT (token_hash) DO NOTHING`,
    values: [tokenHash, userId, days],
    // Nobody else has this token.
    idempotent: true,
  })
}

/** Adds the next token of a family. */
export async function insertNextToken(
  db: Queryable,
  tokenHash: Buffer,
  { familyId, userId }: StoredRefreshToken,
  days: number,
): Promise<void> {
  await db.query(
    `INSERT INTO refresh_tokens (token_hash, family_id, user_id, expires_at)
     VALUES ($1, $2, $3, now() + $4::INT4 * INTERVAL '1 day')`,
    [tokenHash, familyId, userId, days],
  )
}

/** Finds a token and locks it, so that of two exchanges at the same moment only one sees it unused. */
export async function lockToken(db: Queryable, tokenHash: Buffer): Promise<StoredRefreshToken | undefined> {
  const { rows } = await db.query<StoredRefreshToken>(
    `SELECT t.family_id AS "familyId", t.user_id AS "userId", u.role, t.used_at IS NOT NULL AS used,
       t.expires_at <= now() OR u.deleted_at IS NOT NULL OR u.deactivated_at IS NOT NULL AS invalid
     FROM refresh_tokens t JOIN users u ON u.id = t.user_id
     WHERE t.token_hash = $1 FOR UPDATE OF t`,
    [tokenHash],
  )
  return rows[0]
}

/** Whether there is such a token: what a lost COMMIT is settled by. */
export async function isKnownToken(db: Queryable, tokenHash: Buffer): Promise<boolean> {
  const { rows } = await db.query('SELECT 1 FROM refresh_tokens WHERE token_hash = $1', [tokenHash])
  return rows.length > 0
}

export async function markTokenUsed(db: Queryable, tokenHash: Buffer): Promise<void> {
  await db.query('UPDATE refresh_tokens SET used_at = now() WHERE token_hash = $1', [tokenHash])
}

/** Ends a session: none of its tokens can be exchanged any more. */
export async function deleteFamily(db: Queryable, familyId: string): Promise<void> {
  await db.query('DELETE FROM refresh_tokens WHERE family_id = $1', [familyId])
}

/** Ends the session that a token belongs to. */
export async function deleteFamilyOfToken(db: Queryable, tokenHash: Buffer): Promise<void> {
  await db.query({
    text: 'DELETE FROM refresh_tokens WHERE family_id = (SELECT family_id FROM refresh_tokens WHERE token_hash = $1)',
    values: [tokenHash],
    idempotent: true,
  })
}

/** Ends all sessions of a user. */
export async function deleteTokensOfUser(db: Queryable, userId: string): Promise<void> {
  const text = 'DELETE FROM refresh_tokens WHERE user_id = $1'
  await db.query({ text, values: [userId], idempotent: true })
}

/** Removes tokens that cannot be exchanged any more. Returns how many. */
export async function deleteExpiredTokens(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query('DELETE FROM refresh_tokens WHERE expires_at <= now() LIMIT $1', [limit])
  return rowCount ?? 0
}
