import type { Queryable } from 'cerci'
import type { Account, StatementEntry } from '../entities/account.js'
import type { Scope } from '../entities/scope.js'
import type { Positioned, TimePosition } from '../paging/time-position.js'

const columns = 'id, user_id AS "userId", balance::STRING AS balance, created_at AS "createdAt"'

export type AccountRow = Account & Positioned
export type StatementRow = StatementEntry & Positioned

/** Opens an account; undefined when there is no such user. With its id it may be sent again after a lost connection: no money is made twice. */
export async function insertAccount(
  db: Queryable,
  userId: string,
  id: string,
  balance: string,
): Promise<Account | undefined> {
  const { rows } = await db.query<Account>({
    text: `INSERT INTO accounts (user_id, id, balance)
      SELECT id, $2::UUID, $3::DECIMAL FROM users WHERE id = $1 AND deleted_at IS NULL
      ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id RETURNING ${columns}`,
    values: [userId, id, balance],
    idempotent: true,
  })
  return rows[0]
}

export async function findAccount(db: Queryable, id: string, { ownerId }: Scope): Promise<Account | undefined> {
  const { rows } = await db.query<Account>(
    `SELECT ${columns} FROM accounts WHERE id = $1 AND ($2::UUID IS NULL OR user_id = $2::UUID)`,
    [id, ownerId],
  )
  return rows[0]
}

/** Accounts of a user after a position, newest first. */
export async function listAccounts(
  db: Queryable,
  userId: string,
  after: TimePosition,
  count: number,
): Promise<AccountRow[]> {
  const { rows } = await db.query<AccountRow>(
    `SELECT ${columns}, created_at::STRING AS position FROM accounts
     WHERE user_id = $1 AND (created_at, id) < ($2::TIMESTAMPTZ, $3::UUID)
     ORDER BY created_at DESC, id DESC LIMIT $4`,
    [userId, after.at, after.id, count],
  )
  return rows
}

/** Transfers in and out of an account after a position, newest first: two index scans, each of at most `count` rows, merged. */
export async function listStatement(
  db: Queryable,
  accountId: string,
  after: TimePosition,
  count: number,
): Promise<StatementRow[]> {
  const { rows } = await db.query<StatementRow>(
    `SELECT id, id AS "transferId", counterparty AS "counterpartyId", amount::STRING AS amount,
       created_at AS "createdAt", created_at::STRING AS position
     FROM (
       (SELECT id, to_account_id AS counterparty, -amount AS amount, created_at FROM transfers
        WHERE from_account_id = $1 AND (created_at, id) < ($2::TIMESTAMPTZ, $3::UUID)
        ORDER BY created_at DESC, id DESC LIMIT $4)
       UNION ALL
       (SELECT id, from_account_id AS counterparty, amount, created_at FROM transfers
        WHERE to_account_id = $1 AND (created_at, id) < ($2::TIMESTAMPTZ, $3::UUID)
        ORDER BY created_at DESC, id DESC LIMIT $4)
     ) AS entries
     ORDER BY created_at DESC, id DESC LIMIT $4`,
    [accountId, after.at, after.id, count],
  )
  return rows
}
