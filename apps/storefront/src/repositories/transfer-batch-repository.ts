import type { Queryable } from 'cerci'
import type { NewTransfer, RefusalReason, Transfer } from '../entities/transfer.js'
import { writtenRow } from './written-row.js'

export interface LockedAccount {
  readonly id: string
  readonly userId: string | null
  /** Exact decimal. */
  readonly balance: string
}

/** The answer that a key of the batch got before: a transfer, or why there is none. */
export interface EarlierAnswer {
  readonly fromAccountId: string
  readonly toAccountId: string
  readonly idempotencyKey: string
  readonly amount: string
  readonly answer: Pick<Transfer, 'id' | 'createdAt'> | RefusalReason
}

export interface LockedBatch {
  readonly accounts: readonly LockedAccount[]
  readonly earlier: readonly EarlierAnswer[]
}

/** What a batch changes about an account; negative when money leaves it. */
export interface BalanceChange {
  readonly accountId: string
  readonly change: string
}

/** A transfer that the batch makes, with the id it gets. */
export type PlannedTransfer = NewTransfer & { readonly id: string }

/** A transfer that the batch refuses. */
export type PlannedRefusal = NewTransfer & { readonly reason: RefusalReason }

/** JSON has no dates. */
interface EarlierInJson extends Omit<EarlierAnswer, 'answer'> {
  readonly id: string | null
  readonly createdAt: string
  readonly reason: RefusalReason | null
}

/** Locks all accounts of a batch in key order, and looks up its keys: one round trip. */
export async function lockBatch(db: Queryable, transfers: readonly NewTransfer[]): Promise<LockedBatch> {
  const from = transfers.map(({ fromAccountId }) => fromAccountId)
  const to = transfers.map(({ toAccountId }) => toAccountId)
  const { rows } = await db.query<{ accounts: LockedAccount[] | null; earlier: EarlierInJson[] | null }>(
    `WITH locked AS (
       SELECT id, user_id, balance FROM accounts WHERE id = ANY ($1::UUID[]) ORDER BY id FOR UPDATE
     ), asked AS (
       SELECT * FROM unnest($2::UUID[], $3::STRING[]) AS k (from_account_id, idempotency_key)
     ), earlier AS (
       SELECT t.id, t.from_account_id, t.to_account_id, t.amount, t.created_at, t.idempotency_key, NULL AS reason
       FROM asked k JOIN transfers t ON t.from_account_id = k.from_account_id AND t.idempotency_key = k.idempotency_key
       UNION ALL
       SELECT NULL, r.from_account_id, r.to_account_id, r.amount, r.refused_at, r.idempotency_key, r.reason
       FROM asked k JOIN refused_transfers r
         ON r.from_account_id = k.from_account_id AND r.idempotency_key = k.idempotency_key
     )
     SELECT
       (SELECT json_agg(json_build_object('id', id, 'userId', user_id, 'balance', balance::STRING)) FROM locked) AS accounts,
       (SELECT json_agg(json_build_object('fromAccountId', from_account_id, 'toAccountId', to_account_id,
          'idempotencyKey', idempotency_key, 'amount', amount::STRING,
          'id', id, 'createdAt', created_at, 'reason', reason)) FROM earlier) AS earlier`,
    [[...new Set([...from, ...to])], from, transfers.map(({ idempotencyKey }) => idempotencyKey)],
  )
  const { accounts, earlier } = writtenRow(rows)
  return { accounts: accounts ?? [], earlier: (earlier ?? []).map(withAnswer) }
}

function withAnswer({ id, createdAt, reason, ...asked }: EarlierInJson): EarlierAnswer {
  if (reason !== null) return { ...asked, answer: reason }
  if (id === null) throw new Error('a transfer without an id')
  return { ...asked, answer: { id, createdAt: new Date(createdAt) } }
}

/** Writes the sums of a batch into the accounts, its transfers, and what it refuses: one statement. Returns when that was. */
export async function writeBatch(
  db: Queryable,
  changes: readonly BalanceChange[],
  transfers: readonly PlannedTransfer[],
  refusals: readonly PlannedRefusal[],
): Promise<Date> {
  const { rows } = await db.query<{ createdAt: Date }>(
    `WITH moved AS (
       UPDATE accounts AS a SET balance = a.balance + c.change
       FROM unnest($1::UUID[], $2::DECIMAL[]) AS c (id, change) WHERE a.id = c.id
       RETURNING a.id
     ), recorded AS (
       INSERT INTO transfers (id, from_account_id, to_account_id, amount, idempotency_key)
       SELECT * FROM unnest($3::UUID[], $4::UUID[], $5::UUID[], $6::DECIMAL[], $7::STRING[])
       RETURNING id
     ), refused AS (
       INSERT INTO refused_transfers (reason, from_account_id, to_account_id, amount, idempotency_key)
       SELECT * FROM unnest($8::STRING[], $9::UUID[], $10::UUID[], $11::DECIMAL[], $12::STRING[])
       RETURNING reason
     )
     SELECT now() AS "createdAt"`,
    [
      changes.map(({ accountId }) => accountId),
      changes.map(({ change }) => change),
      transfers.map(({ id }) => id),
      ...requestColumns(transfers),
      refusals.map(({ reason }) => reason),
      ...requestColumns(refusals),
    ],
  )
  return writtenRow(rows).createdAt
}

function requestColumns(requests: readonly NewTransfer[]): string[][] {
  return [
    requests.map(({ fromAccountId }) => fromAccountId),
    requests.map(({ toAccountId }) => toAccountId),
    requests.map(({ amount }) => amount),
    requests.map(({ idempotencyKey }) => idempotencyKey),
  ]
}
