import type { Queryable } from 'cerci'
import type { Scope } from '../entities/scope.js'
import type { NewTransfer, Transfer, TransferOutcome } from '../entities/transfer.js'
import { isRefusal } from './refusal.js'

const columns =
  'id, from_account_id AS "fromAccountId", to_account_id AS "toAccountId", amount::STRING AS amount, created_at AS "createdAt"'

/**
 * Moves money out of an account in scope, in one statement: it locks both accounts in key order, judges, and writes both balances and the transfer, or nothing.
 * As an implicit transaction it is retried by the server itself; with its idempotency key it may also be sent again after a lost connection.
 */
export async function moveMoney(db: Queryable, transfer: NewTransfer, { ownerId }: Scope): Promise<TransferOutcome> {
  const { fromAccountId, toAccountId, amount, idempotencyKey } = transfer
  const values = [fromAccountId, toAccountId, amount, idempotencyKey, ownerId]
  const statement = { text: moving, values, idempotent: true }
  try {
    return outcome((await db.query<MovingRow>(statement)).rows[0])
  } catch (error) {
    // The same key at the same moment: the other request has won, and now its transfer can be read.
    if (!isRefusal(error, 'CERCI_UNIQUE_VIOLATION', 'transfers_idempotency_key')) throw error
    return outcome((await db.query<MovingRow>(statement)).rows[0])
  }
}

/** A transfer out of or into an account in scope. */
export async function findTransfer(db: Queryable, id: string, { ownerId }: Scope): Promise<Transfer | undefined> {
  const { rows } = await db.query<Transfer>(
    `SELECT ${columns} FROM transfers t WHERE id = $1 AND ($2::UUID IS NULL OR EXISTS (
       SELECT 1 FROM accounts a WHERE a.id IN (t.from_account_id, t.to_account_id) AND a.user_id = $2::UUID))`,
    [id, ownerId],
  )
  return rows[0]
}

type MovingRow = { readonly outcome: TransferOutcome['outcome'] } & {
  readonly [K in keyof Transfer]: Transfer[K] | null
}

const moving = `
  WITH earlier AS (
    SELECT id, from_account_id, to_account_id, amount, created_at FROM transfers
    WHERE from_account_id = $1 AND idempotency_key = $4
  ), locked AS (
    SELECT id, user_id, balance FROM accounts WHERE id IN ($1::UUID, $2::UUID) ORDER BY id FOR UPDATE
  ), verdict AS (
    SELECT CASE
      WHEN NOT EXISTS (SELECT 1 FROM locked WHERE id = $1 AND ($5::UUID IS NULL OR user_id = $5::UUID)) THEN 'unknown-account'
      WHEN EXISTS (SELECT 1 FROM earlier) THEN 'repeated'
      WHEN (SELECT count(*) FROM locked) < 2 THEN 'unknown-account'
      WHEN (SELECT balance FROM locked WHERE id = $1) < $3::DECIMAL THEN 'insufficient-funds'
      ELSE 'moved'
    END AS outcome
  ), moved AS (
    UPDATE accounts SET balance = balance + CASE WHEN id = $1 THEN -($3::DECIMAL) ELSE $3::DECIMAL END
    WHERE id IN ($1::UUID, $2::UUID) AND (SELECT outcome FROM verdict) = 'moved'
    RETURNING id
  ), recorded AS (
    INSERT INTO transfers (from_account_id, to_account_id, amount, idempotency_key)
    SELECT $1::UUID, $2::UUID, $3::DECIMAL, $4::STRING FROM verdict WHERE outcome = 'moved'
    RETURNING id, from_account_id, to_account_id, amount, created_at
  )
  SELECT outcome, ${columns}
  FROM verdict LEFT JOIN (SELECT * FROM earlier UNION ALL SELECT * FROM recorded) AS written ON outcome <> 'unknown-account'`

function outcome(row: MovingRow | undefined): TransferOutcome {
  if (row === undefined) throw new Error('the transfer statement gave no row')
  if (row.outcome === 'unknown-account' || row.outcome === 'insufficient-funds') return { outcome: row.outcome }
  const { id, fromAccountId, toAccountId, amount, createdAt } = row
  if (id === null || fromAccountId === null || toAccountId === null || amount === null || createdAt === null)
    throw new Error('the transfer statement gave no transfer')
  return { outcome: row.outcome, transfer: { id, fromAccountId, toAccountId, amount, createdAt } }
}
