import type { Queryable } from 'cerci'
import type { NewTransfer, Transfer } from '../entities/transfer.js'
import { writtenRow } from './written-row.js'

export interface LockedAccount {
  readonly id: string
  readonly userId: string | null
  /** Exact decimal. */
  readonly balance: string
}

export interface EarlierTransfer {
  readonly fromAccountId: string
  readonly idempotencyKey: string
  readonly transfer: Transfer
}

export interface LockedBatch {
  readonly accounts: readonly LockedAccount[]
  /** Those that were made before under keys of the batch. */
  readonly earlier: readonly EarlierTransfer[]
}

/** What a batch changes about an account; negative when money leaves it. */
export interface BalanceChange {
  readonly accountId: string
  readonly change: string
}

/** A transfer that the batch makes, with the id it gets. */
export type PlannedTransfer = NewTransfer & { readonly id: string }

/** JSON has no dates. */
type EarlierInJson = EarlierTransfer & { readonly transfer: { readonly createdAt: string } }

/** Locks all accounts of a batch in key order, and looks up its keys: one round trip. */
export async function lockBatch(db: Queryable, transfers: readonly NewTransfer[]): Promise<LockedBatch> {
  const from = transfers.map(({ fromAccountId }) => fromAccountId)
  const to = transfers.map(({ toAccountId }) => toAccountId)
  const { rows } = await db.query<{ accounts: LockedAccount[] | null; earlier: EarlierInJson[] | null }>(
    `WITH locked AS (
       SELECT id, user_id, balance FROM accounts WHERE id = ANY ($1::UUID[]) ORDER BY id FOR UPDATE
     ), earlier AS (
       SELECT t.id, t.from_account_id, t.to_account_id, t.amount, t.created_at, t.idempotency_key
       FROM unnest($2::UUID[], $3::STRING[]) AS k (from_account_id, idempotency_key)
       JOIN transfers t ON t.from_account_id = k.from_account_id AND t.idempotency_key = k.idempotency_key
     )
     SELECT
       (SELECT json_agg(json_build_object('id', id, 'userId', user_id, 'balance', balance::STRING)) FROM locked) AS accounts,
       (SELECT json_agg(json_build_object(
          'fromAccountId', from_account_id, 'idempotencyKey', idempotency_key, 'transfer', json_build_object(
            'id', id, 'fromAccountId', from_account_id, 'toAccountId', to_account_id,
            'amount', amount::STRING, 'createdAt', created_at))) FROM earlier) AS earlier`,
    [[...new Set([...from, ...to])], from, transfers.map(({ idempotencyKey }) => idempotencyKey)],
  )
  const { accounts, earlier } = writtenRow(rows)
  return {
    accounts: accounts ?? [],
    earlier: (earlier ?? []).map(({ transfer, ...keys }) => ({
      ...keys,
      transfer: { ...transfer, createdAt: new Date(transfer.createdAt) },
    })),
  }
}

/** Writes the sums of a batch into the accounts, and its transfers: one statement. Returns when they were made. */
export async function writeBatch(
  db: Queryable,
  changes: readonly BalanceChange[],
  transfers: readonly PlannedTransfer[],
): Promise<Date> {
  const { rows } = await db.query<{ createdAt: Date }>(
    `WITH moved AS (
       UPDATE accounts AS a SET balance = a.balance + c.change
       FROM unnest($1::UUID[], $2::DECIMAL[]) AS c (id, change) WHERE a.id = c.id
       RETURNING a.id
     ), recorded AS (
       INSERT INTO transfers (id, from_account_id, to_account_id, amount, idempotency_key)
       SELECT * FROM unnest($3::UUID[], $4::UUID[], $5::UUID[], $6::DECIMAL[], $7::STRING[])
       RETURNING created_at
     )
     SELECT created_at AS "createdAt" FROM recorded LIMIT 1`,
    [
      changes.map(({ accountId }) => accountId),
      changes.map(({ change }) => change),
      transfers.map(({ id }) => id),
      transfers.map(({ fromAccountId }) => fromAccountId),
      transfers.map(({ toAccountId }) => toAccountId),
      transfers.map(({ amount }) => amount),
      transfers.map(({ idempotencyKey }) => idempotencyKey),
    ],
  )
  return writtenRow(rows).createdAt
}
