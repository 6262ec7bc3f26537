import { describe, expect, test } from 'vitest'
import { shopErrors } from './shop-errors.js'

const { client, connect, answer } = shopErrors()

describe('sessions', () => {
  test('timeouts and locks', async () => {
    const holder = await connect()
    const waiter = await connect()
    await holder.query('BEGIN; SELECT * FROM orders FOR UPDATE')
    expect(await answer('SELECT * FROM orders FOR UPDATE NOWAIT', [], waiter)).toMatchObject({
      C: '55P03',
      M: 'could not obtain lock on row in orders@orders_pkey',
    })
    await waiter.query('SET lock_timeout = 20')
    expect(await answer('SELECT * FROM orders FOR UPDATE', [], waiter)).toMatchObject({
      C: '55P03',
      M: 'canceling statement due to lock timeout on row',
    })
    await waiter.query('SET lock_timeout = 0; SET statement_timeout = 20')
    expect(await answer('SELECT pg_sleep(5)', [], waiter)).toMatchObject({
      C: '57014',
      M: 'query execution canceled due to statement timeout',
    })
    await holder.query('ROLLBACK')
  })

  test('writes in a read-only transaction, and what follows an error', async () => {
    await client().query('BEGIN READ ONLY')
    expect(await answer('UPDATE orders SET code = NULL')).toMatchObject({
      C: '25006',
      M: 'cannot execute UPDATE in a read-only transaction',
    })
    expect(await answer('SELECT 1')).toMatchObject({
      C: '25P02',
      M: 'current transaction is aborted, commands ignored until end of transaction block',
    })
    await client().query('ROLLBACK')
  })
})

describe('conflicts end in 40001 with the reason and a hint', () => {
  const reference = 'See: https://www.cockroachlabs.com/docs/v26.2/transaction-retry-error-reference.html#'

  test('a row changed since the snapshot', async () => {
    const other = await connect()
    await client().query('BEGIN; SELECT * FROM customers')
    await other.query(`UPDATE customers SET email = 'changed'`)
    const fields = await answer(`UPDATE customers SET email = 'mine'`)
    await client().query('ROLLBACK')
    expect(fields).toMatchObject({ C: '40001', H: `${reference}retry_write_too_old` })
    expect(fields.M).toMatch(
      /^restart transaction: TransactionRetryWithProtoRefreshError: TransactionRetryError: retry txn \(RETRY_WRITE_TOO_OLD/,
    )
  })

  test('write skew', async () => {
    const [a, b] = [await connect(), await connect()]
    for (const one of [a, b]) await one.query('BEGIN; SELECT sum(id) FROM audit')
    await a.query('INSERT INTO audit VALUES (10)')
    await b.query('INSERT INTO audit VALUES (20)')
    await a.query('COMMIT')
    expect(await answer('COMMIT', [], b)).toMatchObject({
      C: '40001',
      M: expect.stringContaining('RETRY_SERIALIZABLE'),
      H: `${reference}retry_serializable`,
    })
  })

  test('a deadlock', async () => {
    await client().query(`INSERT INTO customers VALUES (11), (12)`)
    const [a, b] = [await connect(), await connect()]
    await a.query('BEGIN; UPDATE customers SET email = NULL WHERE id = 11')
    await b.query('BEGIN; UPDATE customers SET email = NULL WHERE id = 12')
    const first = answer('UPDATE customers SET email = NULL WHERE id = 12', [], a).catch(() => undefined)
    const second = answer('UPDATE customers SET email = NULL WHERE id = 11', [], b).catch(() => undefined)
    const victim = await Promise.race([first, second])
    expect(victim).toMatchObject({
      C: '40001',
      M: expect.stringContaining('TransactionAbortedError(ABORT_REASON_PUSHER_ABORTED)'),
      H: `${reference}abort_reason_pusher_aborted`,
    })
    await Promise.all([a.query('ROLLBACK'), b.query('ROLLBACK')])
    await Promise.all([first, second])
  })
})
