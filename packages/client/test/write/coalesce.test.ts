import { beforeEach, describe, expect, test } from 'vitest'
import { sqlStateOf } from '../../src/retry/sql-state-of.js'
import type { Transaction } from '../../src/transaction/transaction.js'
import { coalesce } from '../../src/write/coalesce.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()
await db.query('CREATE TABLE accounts (id INT8 PRIMARY KEY, balance INT8 NOT NULL CHECK (balance >= 0))')
await db.query(
  'CREATE TABLE transfers (id INT8 PRIMARY KEY, source INT8 NOT NULL, target INT8 NOT NULL, amount INT8 NOT NULL)',
)
await db.query('CREATE TABLE notes (id INT8 PRIMARY KEY, data JSONB, tags TEXT[])')

beforeEach(async () => {
  await db.query('DELETE FROM transfers')
  await db.query('DELETE FROM accounts')
  await db.query('DELETE FROM notes')
  await db.query('INSERT INTO accounts SELECT i, 100 FROM generate_series(1, 10) AS g (i)')
})

const balances = async (): Promise<number[]> =>
  (await db.query('SELECT balance FROM accounts ORDER BY id')).rows.map(row => Number(row.balance))

interface Transfer {
  readonly id: number
  readonly source: number
  readonly target: number
  readonly amount: number
}

class InsufficientFundsError extends Error {}

/** Transfers with an idempotency key: applied in memory in order, on rows locked in key order, and written at once. */
async function applyTransfers(transfers: readonly Transfer[], tx: Transaction): Promise<(string | Error)[]> {
  const ids = [...new Set(transfers.flatMap(({ source, target }) => [source, target]))]
  const found = await tx.query('SELECT id, balance FROM accounts WHERE id = ANY ($1) ORDER BY id FOR UPDATE', [ids])
  const known = await tx.query('SELECT id FROM transfers WHERE id = ANY ($1)', [transfers.map(({ id }) => id)])
  const done = new Set(known.rows.map(row => Number(row.id)))
  const balance = new Map(found.rows.map(row => [Number(row.id), Number(row.balance)]))
  const applied: Transfer[] = []
  const results = transfers.map(transfer => {
    const { id, source, target, amount } = transfer
    if (done.has(id)) return 'done before'
    const funds = balance.get(source) ?? 0
    if (funds < amount) return new InsufficientFundsError(`account ${source} has ${funds}`)
    balance.set(source, funds - amount)
    balance.set(target, (balance.get(target) ?? 0) + amount)
    done.add(id)
    applied.push(transfer)
    return 'done'
  })
  await tx.query(
    'INSERT INTO transfers SELECT * FROM unnest($1::INT8[], $2::INT8[], $3::INT8[], $4::INT8[])',
    (['id', 'source', 'target', 'amount'] as const).map(name => applied.map(transfer => transfer[name])),
  )
  await tx.query(
    'UPDATE accounts SET balance = changed.balance FROM unnest($1::INT8[], $2::INT8[]) AS changed (id, balance) WHERE accounts.id = changed.id',
    [[...balance.keys()], [...balance.values()]],
  )
  return results
}

describe('as a transaction', () => {
  test('a hot account is locked once for all who wait, and money stays whole', async () => {
    let batches = 0
    const transfer = coalesce(db, {
      run: (rows: readonly Transfer[], tx: Transaction) => {
        batches++
        return applyTransfers(rows, tx)
      },
    })
    const results = await Promise.all(
      Array.from({ length: 300 }, (_, id) => transfer({ id, source: (id % 2) + 1, target: 2 - (id % 2), amount: 1 })),
    )
    expect(results).toEqual(Array.from({ length: 300 }, () => 'done'))
    expect((await balances()).slice(0, 2)).toEqual([100, 100])
    expect(batches).toBeLessThan(10)
    expect((await db.query('SELECT count(*)::int4 AS n FROM transfers')).rows).toEqual([{ n: 300 }])
  })

  test('calls of one batch see each other, as if one came after the other', async () => {
    const transfer = coalesce(db, { run: applyTransfers })
    const results = await Promise.allSettled([
      transfer({ id: 1, source: 1, target: 2, amount: 70 }),
      transfer({ id: 2, source: 1, target: 2, amount: 70 }), // only 30 are left
      transfer({ id: 3, source: 2, target: 1, amount: 170 }), // only because of the first
      transfer({ id: 4, source: 1, target: 3, amount: 200 }), // only because of the third
    ])
    expect(results.map(result => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(results[1]).toMatchObject({ reason: new InsufficientFundsError('account 1 has 30') })
    expect((await balances()).slice(0, 3)).toEqual([0, 0, 300])
  })

  test('an idempotency key makes a repeated call harmless', async () => {
    const transfer = coalesce(db, { run: applyTransfers })
    const same = { id: 1, source: 1, target: 2, amount: 10 }
    expect(await Promise.all([transfer(same), transfer(same)])).toEqual(['done', 'done before'])
    expect(await transfer(same)).toBe('done before')
    expect((await balances()).slice(0, 2)).toEqual([90, 110])
  })

  test('a batch that was committed before the server refused a row is not run again in halves', async () => {
    let runs = 0
    const deposit = coalesce(db, {
      async run(ids: readonly number[], tx) {
        runs++
        await tx.query('UPDATE accounts SET balance = balance + 5 WHERE id = ANY ($1)', [ids])
        // Both are on their way before it is known that the first has ended the transaction.
        await Promise.all([
          tx.query('CREATE TABLE splitting (id INT8 PRIMARY KEY)'),
          tx.query('INSERT INTO accounts VALUES (1, 0)'),
        ])
        return ids
      },
    })
    const results = await Promise.allSettled([1, 2].map(id => deposit(id)))
    const split = { reason: { code: 'CERCI_TRANSACTION_SPLIT', cause: { code: '23505' } } }
    expect(results).toMatchObject([split, split])
    expect([runs, (await balances()).slice(0, 2)]).toEqual([1, [105, 105]])
  })

  test('a row that the server refuses fails alone', async () => {
    const deposit = coalesce(db, {
      async run(rows: readonly { id: number; amount: number }[], tx) {
        await tx.query(
          'UPDATE accounts SET balance = balance + change.amount FROM unnest($1::INT8[], $2::INT8[]) AS change (id, amount) WHERE accounts.id = change.id',
          [rows.map(row => row.id), rows.map(row => row.amount)],
        )
        return rows.map(row => row.id)
      },
    })
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => deposit({ id: i + 1, amount: i === 4 || i === 9 ? -500 : 5 })),
    )
    expect(results.map(result => (result.status === 'fulfilled' ? result.value : sqlStateOf(result.reason)))).toEqual([
      1,
      2,
      3,
      4,
      '23514',
      6,
      7,
      8,
      9,
      '23514',
    ])
    expect(await balances()).toEqual([105, 105, 105, 105, 100, 105, 105, 105, 105, 100])
  })

  test('an error that is not about a row is everybody’s, and the next batch is not hurt', async () => {
    let broken = true
    const call = coalesce(db, {
      async run(rows: readonly number[], tx) {
        await tx.query(broken ? 'SELECT * FROM no_such_table' : 'SELECT 1')
        return rows
      },
    })
    const results = await Promise.allSettled([call(1), call(2)])
    expect(results.map(result => sqlStateOf((result as PromiseRejectedResult).reason))).toEqual(['42P01', '42P01'])
    broken = false
    expect(await call(3)).toBe(3)
  })

  test('as many results as rows are demanded; else nothing is written', async () => {
    const before = await balances()
    const call = coalesce(db, {
      async run(rows: readonly number[], tx) {
        await tx.query('UPDATE accounts SET balance = balance + 1')
        return rows.slice(1)
      },
    })
    await expect(call(1)).rejects.toMatchObject({ code: 'CERCI_COALESCE_RESULT' })
    expect(await balances()).toEqual(before)
  })

  test('two processes share an account without losing money', async () => {
    const [one, two] = [coalesce(db, { run: applyTransfers }), coalesce(db, { run: applyTransfers })]
    const calls = Array.from({ length: 200 }, (_, id) =>
      (id % 2 === 0 ? one : two)({ id, source: (id % 3) + 1, target: ((id + 1) % 3) + 1, amount: 1 }),
    )
    await Promise.all(calls)
    expect((await balances()).reduce((sum, balance) => sum + balance)).toBe(1000)
  })
})

describe('as a statement', () => {
  test('reads give each caller its rows', async () => {
    let statements = 0
    const counting: typeof db = Object.create(db, {
      query: { value: (...args: Parameters<typeof db.query>) => (statements++, db.query(...args)) },
    })
    const find = coalesce<{ id: number }, { balance: string }>(counting, {
      input: { id: 'INT8' },
      by: 'none',
      text: 'SELECT ordinal, accounts.balance FROM input JOIN accounts ON accounts.id = input.id',
    })
    const results = await Promise.all([1, 99, 2, 1].map(id => find({ id })))
    expect(results).toEqual([[{ balance: '100' }], [], [{ balance: '100' }], [{ balance: '100' }]])
    expect(statements).toBe(1)
  })

  test('calls that share a key go one after the other, in order', async () => {
    const spend = coalesce<{ id: number; amount: number }, { balance: string }>(db, {
      input: { id: 'INT8', amount: 'INT8' },
      by: row => row.id,
      text: `WITH spent AS (UPDATE accounts SET balance = balance - input.amount FROM input
               WHERE accounts.id = input.id AND accounts.balance >= input.amount RETURNING accounts.id, accounts.balance)
             SELECT ordinal, spent.balance FROM spent JOIN input ON spent.id = input.id`,
    })
    const results = await Promise.all([
      spend({ id: 1, amount: 60 }),
      spend({ id: 1, amount: 60 }),
      spend({ id: 2, amount: 1 }),
      spend({ id: 1, amount: 40 }),
    ])
    expect(results).toEqual([[{ balance: '40' }], [], [{ balance: '99' }], [{ balance: '0' }]])
  })

  test('writes of JSON and arrays', async () => {
    const add = coalesce<{ id: number; data: object; tags: string[] }>(db, {
      input: { id: 'INT8', data: 'JSONB', tags: 'TEXT[]' },
      by: 'none',
      text: 'INSERT INTO notes SELECT id, data, tags FROM input RETURNING (SELECT ordinal FROM input WHERE input.id = notes.id)',
    })
    await Promise.all([add({ id: 1, data: { a: [1] }, tags: ['x,y', 'null'] }), add({ id: 2, data: [], tags: [] })])
    expect((await db.query('SELECT data, tags FROM notes ORDER BY id')).rows).toEqual([
      { data: { a: [1] }, tags: ['x,y', 'null'] },
      { data: [], tags: [] },
    ])
  })

  test('a value that cannot be sent fails alone, before the batch', async () => {
    const find = coalesce<{ id: number | bigint }>(db, {
      input: { id: 'INT8' },
      by: 'none',
      text: 'SELECT ordinal, id FROM input',
    })
    const [bad, good] = await Promise.allSettled([find({ id: 2 ** 60 }), find({ id: 2n ** 60n })])
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'CERCI_BAD_VALUE', column: 'id' } })
    expect(good).toMatchObject({ value: [{ id: String(2n ** 60n) }] })
  })

  test('a statement without the ordinal is refused', async () => {
    const find = coalesce<{ id: number }>(db, { input: { id: 'INT8' }, by: 'none', text: 'SELECT id FROM input' })
    await expect(find({ id: 1 })).rejects.toMatchObject({ code: 'CERCI_COALESCE_RESULT' })
  })

  test.each([
    [{ input: {}, by: 'none', text: '' } as const],
    [{ input: { ordinal: 'INT8' }, by: 'none', text: '' } as const],
    [{ input: { id: 'INT8' }, by: 'none', text: '', maxBatch: 0 } as const],
  ])('refuses %j', definition => {
    expect(() => coalesce<{ ordinal: number; id: number }>(db, definition)).toThrow(
      expect.objectContaining({ code: 'CERCI_INVALID_OPTION' }),
    )
  })
})
