import { randomUUID } from 'node:crypto'
import type { Cluster, Queryable } from 'cerci'

export const ACCOUNTS = 10
const OPENING_BALANCE = 1_000

/** Makes the bank's tables, and its accounts with equal balances. */
export async function openBank(db: Queryable): Promise<void> {
  await db.query('CREATE TABLE accounts (id INT PRIMARY KEY, balance DECIMAL(19,2) NOT NULL CHECK (balance >= 0))')
  await db.query(
    'CREATE TABLE transfers (id UUID PRIMARY KEY, payer INT NOT NULL, payee INT NOT NULL, amount DECIMAL(19,2) NOT NULL)',
  )
  await db.query('INSERT INTO accounts SELECT i, $1 FROM generate_series(1, $2::INT) AS g(i)', [
    OPENING_BALANCE,
    ACCOUNTS,
  ])
}

/** What workers were told of the transfers they asked for; those that an account could not pay are in neither. */
export interface Ledger {
  readonly acknowledged: Set<string>
  /** Refused with an error that says nothing was committed. */
  readonly refused: Map<string, unknown>
}

/** One transfer between two accounts, its rows locked in key order, settled by its own row when the COMMIT's fate is unknown. */
export async function transfer(cluster: Cluster, ledger: Ledger, random: () => number): Promise<void> {
  const id = randomUUID()
  const payer = 1 + Math.floor(random() * ACCOUNTS)
  const payee = 1 + ((payer + Math.floor(random() * (ACCOUNTS - 1))) % ACCOUNTS)
  const amount = (1 + Math.floor(random() * 500)) / 100
  try {
    const paid = await cluster.transaction(
      async tx => {
        await tx.query('SELECT id FROM accounts WHERE id IN ($1, $2) ORDER BY id FOR UPDATE', [payer, payee])
        const debit = await tx.query(
          'UPDATE accounts SET balance = balance - $1 WHERE id = $2 AND balance >= $1 RETURNING balance',
          [amount, payer],
        )
        if (debit.rowCount === 0) return false
        await tx.query('UPDATE accounts SET balance = balance + $1 WHERE id = $2', [amount, payee])
        await tx.query('INSERT INTO transfers (id, payer, payee, amount) VALUES ($1, $2, $3, $4)', [
          id,
          payer,
          payee,
          amount,
        ])
        return true
      },
      {
        deadlineMs: 60_000,
        maxAttempts: 'unlimited',
        verify: async db => (await db.query('SELECT 1 FROM transfers WHERE id = $1', [id])).rowCount === 1,
      },
    )
    if (paid) ledger.acknowledged.add(id)
  } catch (error) {
    ledger.refused.set(id, error)
  }
}

/** What is wrong with the bank's books; nothing, if every balance follows from the opening balances and the transfers. */
export async function audit(db: Queryable, ledger: Ledger): Promise<string[]> {
  const faults: string[] = []
  const { rows: total } = await db.query<{ total: string }>('SELECT sum(balance)::STRING AS total FROM accounts')
  const expected = (ACCOUNTS * OPENING_BALANCE).toFixed(2)
  if (total[0]?.total !== expected) faults.push(`money: ${total[0]?.total} instead of ${expected}`)

  const { rows: off } = await db.query<{ id: string; balance: string; due: string }>(
    `SELECT a.id, a.balance::STRING, due.balance::STRING AS due FROM accounts a JOIN (
       SELECT id, $1::DECIMAL + sum(change) AS balance FROM (
         SELECT payer AS id, -amount AS change FROM transfers UNION ALL
         SELECT payee, amount FROM transfers UNION ALL
         SELECT id, 0 FROM accounts) AS changes GROUP BY id) AS due ON due.id = a.id
     WHERE a.balance <> due.balance`,
    [OPENING_BALANCE],
  )
  for (const { id, balance, due } of off) faults.push(`account ${id}: ${balance} instead of ${due}`)

  const { rows } = await db.query<{ id: string }>('SELECT id FROM transfers')
  const present = new Set(rows.map(row => row.id))
  for (const id of ledger.acknowledged)
    if (!present.has(id)) faults.push(`transfer ${id} was acknowledged, but is lost`)
  for (const id of ledger.refused.keys()) if (present.has(id)) faults.push(`transfer ${id} was refused, but is there`)
  for (const id of present) {
    if (!ledger.acknowledged.has(id) && !ledger.refused.has(id)) faults.push(`transfer ${id} was never asked for`)
  }
  return faults
}
