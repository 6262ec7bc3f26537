import { setTimeout as sleep } from 'node:timers/promises'
import { Cluster, coalesce, type Transaction } from 'cerci'
import { Client } from 'pg'
import { closedLoop } from '../measure/closed-loop.js'
import { interleave } from '../measure/interleave.js'
import { report } from '../measure/report.js'
import type { Server } from '../server.js'

const ACCOUNTS = 10
const WORKERS = 20
const ROUND_MS = 3_000
const ROUNDS = 5

interface Transfer {
  readonly payer: number
  readonly payee: number
  readonly cents: bigint
}

/** Transfers between ten accounts by twenty workers: the loop that tutorials teach, `cluster.transaction`, and `coalesce`. */
export async function hotAccounts(server: Server): Promise<void> {
  const cluster = new Cluster({ connectionString: server.url, max: WORKERS })
  await cluster.query('DROP TABLE IF EXISTS bench_accounts')
  await cluster.query('CREATE TABLE bench_accounts (id INT8 PRIMARY KEY, balance DECIMAL(19,2) NOT NULL)')
  await cluster.query('INSERT INTO bench_accounts SELECT i, 1000000 FROM generate_series(1, $1::INT8) AS g(i)', [
    ACCOUNTS,
  ])
  const failures = { tutorial: 0, transaction: 0, coalesce: 0 }
  const together = coalesce<Transfer, boolean>(cluster, { run: transferAll })
  const run = (name: keyof typeof failures, one: (transfer: Transfer) => Promise<unknown>) => ({
    name,
    measure: () =>
      closedLoop(
        index =>
          one(randomTransfer(index)).catch(() => {
            failures[name]++
          }),
        WORKERS,
        ROUND_MS,
      ),
  })
  try {
    const comparisons = await interleave(
      [
        run('tutorial', transfer => tutorialTransfer(server.firstUrl, transfer)),
        run('transaction', transfer => cluster.transaction(tx => transferAll([transfer], tx))),
        run('coalesce', transfer => together(transfer)),
      ],
      ROUNDS,
    )
    report(`transfers on ${ACCOUNTS} hot accounts, ${WORKERS} workers`, comparisons)
    console.log(`\nFailures surfaced: ${JSON.stringify(failures)}`)
    const { rows } = await cluster.query<{ total: string }>('SELECT sum(balance)::STRING AS total FROM bench_accounts')
    console.log(`Money: ${rows[0]?.total} (${ACCOUNTS * 1_000_000}.00 expected)`)
  } finally {
    await cluster.close()
  }
}

/** Applies transfers in their order: the accounts are locked once, in key order, and written once. */
async function transferAll(transfers: readonly Transfer[], tx: Transaction): Promise<boolean[]> {
  const ids = [...new Set(transfers.flatMap(({ payer, payee }) => [payer, payee]))]
  const { rows } = await tx.query<{ id: string; cents: string }>(
    'SELECT id, (balance * 100)::INT8 AS cents FROM bench_accounts WHERE id = ANY($1::INT8[]) ORDER BY id FOR UPDATE',
    [ids],
  )
  const balances = new Map(rows.map(({ id, cents }) => [Number(id), BigInt(cents)]))
  const results = transfers.map(({ payer, payee, cents }) => {
    const balance = balances.get(payer) ?? 0n
    if (balance < cents) return false
    balances.set(payer, balance - cents)
    balances.set(payee, (balances.get(payee) ?? 0n) + cents)
    return true
  })
  await tx.query(
    'UPDATE bench_accounts AS a SET balance = n.cents::DECIMAL / 100 FROM unnest($1::INT8[], $2::INT8[]) AS n(id, cents) WHERE a.id = n.id',
    [[...balances.keys()], [...balances.values()].map(String)],
  )
  return results
}

/** What tutorials teach: three attempts, a connection each, one second of back-off doubled, only COMMIT left out of the retry. */
async function tutorialTransfer(url: string, { payer, payee, cents }: Transfer): Promise<void> {
  const amount = (Number(cents) / 100).toFixed(2)
  for (let attempt = 1; ; attempt++) {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      await client.query('BEGIN')
      await client.query('SELECT balance FROM bench_accounts WHERE id = $1', [payer])
      await client.query('UPDATE bench_accounts SET balance = balance - $1 WHERE id = $2', [amount, payer])
      await client.query('UPDATE bench_accounts SET balance = balance + $1 WHERE id = $2', [amount, payee])
      await client.query('COMMIT')
      return
    } catch (error) {
      await client.query('ROLLBACK')
      if (attempt === 3) throw error
      await sleep(Math.min(1000 * 2 ** (attempt - 1), 5000) + Math.random() * 100)
    } finally {
      await client.end()
    }
  }
}

function randomTransfer(index: number): Transfer {
  const payer = 1 + Math.floor(Math.random() * ACCOUNTS)
  return { payer, payee: 1 + (payer % ACCOUNTS), cents: BigInt(1 + (index % 100)) }
}
