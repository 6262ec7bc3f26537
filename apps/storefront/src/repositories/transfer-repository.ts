import type { Queryable } from 'cerci'
import type { Scope } from '../entities/scope.js'
import {
  maxBalance,
  type NewTransfer,
  type RefusalReason,
  type Transfer,
  type TransferOutcome,
} from '../entities/transfer.js'
import { isRefusal } from './refusal.js'
import { writtenRow } from './written-row.js'

const columns =
  'id, from_account_id AS "fromAccountId", to_account_id AS "toAccountId", amount::STRING AS amount, created_at AS "createdAt"'

/**
 * Moves money out of an account in scope, in one statement: it locks both accounts in key order, judges, and writes both balances and the transfer, or the refusal.
 * As an implicit transaction it is retried by the server itself; with its idempotency key it may also be sent again after a lost connection.
 */
export async function moveMoney(db: Queryable, transfer: NewTransfer, { ownerId }: Scope): Promise<TransferOutcome> {
  const { fromAccountId, toAccountId, amount, idempotencyKey } = transfer
  const values = [fromAccountId, toAccountId, amount, idempotencyKey, ownerId, maxBalance]
  const statement = { text: moving, values, idempotent: true }
  try {
    return outcome(writtenRow((await db.query<MovingRow>(statement)).rows), transfer)
  } catch (error) {
    if (!isKeyTaken(error)) throw error
    return outcome(writtenRow((await db.query<MovingRow>(statement)).rows), transfer)
  }
}

/** Whether another request with the same key has won at the same moment; now its answer can be read. */
export function isKeyTaken(error: unknown): boolean {
  return ['transfers_idempotency_key', 'refused_transfers_pkey'].some(constraint =>
    isRefusal(error, 'CERCI_UNIQUE_VIOLATION', constraint),
  )
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

/** Removes what nobody will repeat any more. Returns how many. */
export async function deleteOldRefusedTransfers(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    "DELETE FROM refused_transfers WHERE refused_at < now() - INTERVAL '30 days' LIMIT $1",
    [limit],
  )
  return rowCount ?? 0
}

type MovingRow = {
  readonly outcome: 'moved' | 'repeated' | 'unknown-account' | RefusalReason
  /** Of an earlier refusal. */
  readonly reason: RefusalReason | null
} & { readonly [K in keyof Transfer]: Transfer[K] | null }

const moving = `
  WITH earlier AS (
    SELECT id, from_account_id, to_account_id, amount, created_at, NULL AS reason FROM transfers
    WHERE from_account_id = $1 AND idempotency_key = $4
    UNION ALL
    SELECT NULL, from_account_id, to_account_id, amount, refused_at, reason FROM refused_transfers
    WHERE from_account_id = $1 AND idempotency_key = $4
  ), locked AS (
    SELECT id, user_id, balance FROM accounts WHERE id IN ($1::UUID, $2::UUID) ORDER BY id FOR UPDATE
  ), verdict AS (
    SELECT CASE
      WHEN NOT EXISTS (SELECT 1 FROM locked WHERE id = $1 AND ($5::UUID IS NULL OR user_id = $5::UUID)) THEN 'unknown-account'
      WHEN EXISTS (SELECT 1 FROM earlier) THEN 'repeated'
      WHEN (SELECT count(*) FROM locked) < 2 THEN 'unknown-account'
      WHEN (SELECT balance FROM locked WHERE id = $1) < $3::DECIMAL THEN 'insufficient-funds'
      WHEN (SELECT balance FROM locked WHERE id = $2) + $3::DECIMAL > $6::DECIMAL THEN 'limit-exceeded'
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
  ), refused AS (
    INSERT INTO refused_transfers (from_account_id, to_account_id, amount, idempotency_key, reason)
    SELECT $1::UUID, $2::UUID, $3::DECIMAL, $4::STRING, outcome FROM verdict
    WHERE outcome IN ('insufficient-funds', 'limit-exceeded')
    RETURNING reason
  )
  SELECT outcome, reason, ${columns}
  FROM verdict LEFT JOIN (SELECT * FROM earlier UNION ALL SELECT recorded.*, NULL FROM recorded) AS written
    ON outcome IN ('moved', 'repeated')`

function outcome(row: MovingRow, wanted: NewTransfer): TransferOutcome {
  if (row.outcome === 'unknown-account') return { outcome: row.outcome }
  const repeated = row.outcome === 'repeated'
  if (row.outcome !== 'moved' && !repeated)
    return { outcome: 'refused', repeated, refusal: { ...wanted, reason: row.outcome } }
  const { id, fromAccountId, toAccountId, amount, createdAt, reason } = row
  if (fromAccountId === null || toAccountId === null || amount === null || createdAt === null)
    throw new Error('the transfer statement gave no answer')
  if (reason !== null) return { outcome: 'refused', repeated, refusal: { toAccountId, amount, reason } }
  if (id === null) throw new Error('the transfer statement gave no transfer')
  return { outcome: 'made', repeated, transfer: { id, fromAccountId, toAccountId, amount, createdAt } }
}
