import { ambiguousCommits, cutConnections, DevCluster, retryErrors } from '@cerci/dev-cluster'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { AmbiguousCommitError } from '../../src/errors/transaction-errors.js'
import type { Transaction } from '../../src/transaction/transaction.js'
import { coalesce } from '../../src/write/coalesce.js'

function words(count: number, word = 'w'): { id: number; word: string }[] {
  return Array.from({ length: count }, (_, id) => ({ id, word: `${word}${id}` }))
}

/** What callers got, or were told. */
function outcomesOf(results: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return results.map(result => (result.status === 'rejected' ? result.reason : result.value))
}

describeFaults('writes on a cluster that fails', () => {
  let nodes: DevCluster
  let db: Cluster

  beforeAll(async () => {
    nodes = await DevCluster.start({ faultSeed: 'writes' })
    db = new Cluster({ connectionString: nodes.url, max: 6 })
    await db.query('CREATE TABLE words (id INT8 PRIMARY KEY, word TEXT NOT NULL)')
    await db.query('CREATE TABLE paid (id INT8 PRIMARY KEY, account INT8 NOT NULL, amount INT8 NOT NULL)')
    await db.query('CREATE TABLE accounts (id INT8 PRIMARY KEY, balance INT8 NOT NULL)')
  })

  beforeEach(async () => {
    await db.query('DELETE FROM words')
    await db.query('DELETE FROM paid')
    await db.query('DELETE FROM accounts')
    await db.query('INSERT INTO accounts VALUES (1, 0), (2, 0)')
  })

  afterEach(() => nodes.faults.clear())

  afterAll(async () => {
    await db.close()
    await nodes.stop()
  })

  const count = async (): Promise<number> => Number((await db.query('SELECT count(*) AS n FROM words')).rows[0]?.n)

  interface Payment {
    readonly id: number
    readonly account: number
    readonly amount: number
  }

  /** Pays each payment once, however often it is asked to. */
  async function pay(payments: readonly Payment[], tx: Transaction): Promise<boolean[]> {
    const known = await tx.query('SELECT id FROM paid WHERE id = ANY ($1)', [payments.map(payment => payment.id)])
    const done = new Set(known.rows.map(row => Number(row.id)))
    const fresh = payments.filter(payment => !done.has(payment.id))
    const column = (name: keyof Payment): number[] => fresh.map(payment => payment[name])
    await tx.query('INSERT INTO paid SELECT * FROM unnest($1::INT8[], $2::INT8[], $3::INT8[])', [
      column('id'),
      column('account'),
      column('amount'),
    ])
    await tx.query(
      `UPDATE accounts SET balance = balance + sums.amount
       FROM (SELECT account, sum(amount)::INT8 AS amount FROM unnest($1::INT8[], $2::INT8[]) AS p (account, amount) GROUP BY account) AS sums
       WHERE accounts.id = sums.account`,
      [column('account'), column('amount')],
    )
    return payments.map(payment => !done.has(payment.id))
  }

  const balances = async (): Promise<number[]> =>
    (await db.query('SELECT balance FROM accounts ORDER BY id')).rows.map(row => Number(row.balance))

  test('merged calls with an idempotency key happen exactly once, whatever fails', async () => {
    nodes.faults.add(
      retryErrors({ inTransaction: true, probability: 0.1 }),
      retryErrors({ stage: 'commit', probability: 0.1 }),
      ambiguousCommits({ inTransaction: true, probability: 0.1 }),
      cutConnections('statement', { inTransaction: true, probability: 0.05 }),
    )
    const call = coalesce(db, { run: pay, idempotent: true, maxBatch: 20 })
    const payments = Array.from({ length: 400 }, (_, id) => ({ id, account: (id % 2) + 1, amount: 1 }))
    const results = await Promise.allSettled(payments.map(payment => call(payment)))
    nodes.faults.clear()
    const again = payments.filter((_, index) => results[index]?.status === 'rejected')
    await Promise.all(again.map(payment => call(payment)))
    expect(await balances()).toEqual([200, 200])
  })

  test('without one, an ambiguous commit is every caller’s of its batch, and of no other', async () => {
    const call = coalesce(db, { run: pay, maxBatch: 5 })
    nodes.faults.add(ambiguousCommits({ inTransaction: true, after: 1, times: 1, committed: true }))
    const results = await Promise.allSettled(Array.from({ length: 15 }, (_, id) => call({ id, account: 1, amount: 1 })))
    const ambiguous = results.map(
      result => result.status === 'rejected' && result.reason instanceof AmbiguousCommitError,
    )
    expect(ambiguous).toEqual(Array.from({ length: 15 }, (_, id) => id >= 5 && id < 10))
    expect(await balances()).toEqual([15, 0])
  })

  describe('an idempotent batch that is run again after an ambiguous commit', () => {
    test('is in doubt when that fails for any other reason', async () => {
      let runs = 0
      const call = coalesce(db, {
        idempotent: true,
        async run(rows: readonly { id: number; word: string }[], tx) {
          if (++runs > 1) throw new Error('out of order')
          await tx.query('INSERT INTO words SELECT * FROM unnest($1::INT8[], $2::TEXT[])', [
            rows.map(({ id }) => id),
            rows.map(row => row.word),
          ])
          return rows.map(({ id }) => id)
        },
      })
      nodes.faults.add(ambiguousCommits({ inTransaction: true, times: 1, committed: true }))
      const results = outcomesOf(await Promise.allSettled(words(2).map(row => call(row))))
      expect(results).toMatchObject([
        { code: 'CERCI_AMBIGUOUS_COMMIT', sqlState: '40003', verifyError: { message: 'out of order' } },
        { code: 'CERCI_AMBIGUOUS_COMMIT' },
      ])
      expect([runs, await count()]).toEqual([2, 2])
    })

    test('is in doubt for those whose keys exist then: the rows may be its own', async () => {
      await db.query("INSERT INTO words VALUES (7, 'there before')")
      const call = coalesce(db, {
        idempotent: true, // which is not true: the second time, the key exists
        async run(rows: readonly { id: number; word: string }[], tx) {
          const fresh = rows.filter(({ id }) => id !== 7)
          await tx.query('INSERT INTO words SELECT * FROM unnest($1::INT8[], $2::TEXT[])', [
            fresh.map(({ id }) => id),
            fresh.map(row => row.word),
          ])
          return rows.map(({ id }) => id)
        },
      })
      nodes.faults.add(ambiguousCommits({ inTransaction: true, times: 1, committed: true }))
      const results = outcomesOf(await Promise.allSettled([1, 7, 3].map(id => call({ id, word: 'w' }))))
      const inDoubt = { code: 'CERCI_AMBIGUOUS_COMMIT', verifyError: { code: 'CERCI_UNIQUE_VIOLATION' } }
      expect(results).toMatchObject([inDoubt, 7, inDoubt])
    })
  })
})
