import type { Queryable } from 'cerci'

/** What a key of a user's was used for. */
export interface CreationKey {
  readonly userId: string
  readonly kind: 'account' | 'post'
  readonly idempotencyKey: string
}

export interface Creation {
  readonly id: string
  readonly requestHash: Buffer
  readonly createdAt: Date
}

/** Takes a key for the thing that gets this id, and returns when that was; undefined when the key is taken, or there is no such user. */
export async function insertCreation(
  db: Queryable,
  { userId, kind, idempotencyKey }: CreationKey,
  { id, requestHash }: Pick<Creation, 'id' | 'requestHash'>,
): Promise<Date | undefined> {
  const { rows } = await db.query<{ createdAt: Date }>(
    `INSERT INTO creations (user_id, kind, idempotency_key, request_hash, id)
     SELECT id, $2::STRING, $3::STRING, $4::BYTES, $5::UUID FROM users WHERE id = $1 AND deleted_at IS NULL
     ON CONFLICT (user_id, kind, idempotency_key) DO NOTHING RETURNING created_at AS "createdAt"`,
    [userId, kind, idempotencyKey, requestHash, id],
  )
  return rows[0]?.createdAt
}

export async function findCreation(
  db: Queryable,
  { userId, kind, idempotencyKey }: CreationKey,
): Promise<Creation | undefined> {
  const { rows } = await db.query<Creation>(
    `SELECT id, request_hash AS "requestHash", created_at AS "createdAt" FROM creations
     WHERE user_id = $1 AND kind = $2 AND idempotency_key = $3`,
    [userId, kind, idempotencyKey],
  )
  return rows[0]
}
