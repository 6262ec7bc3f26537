import { describe, expect, test } from 'vitest'
import { pastUnderTest } from './past-under-test.js'

const past = await pastUnderTest()

describe('bounded staleness', () => {
  const refusal = {
    code: '0A000',
    message:
      'unimplemented: cannot use bounded staleness for queries that may touch more than one row or require an index join',
  }

  test('serves a row that its key finds', async () => {
    expect(await past.values(`SELECT * FROM t AS OF SYSTEM TIME with_max_staleness('0s') WHERE id = 1`)).toBe('1=10')
    const { rows } = await past.client.query(
      `SELECT v FROM t AS OF SYSTEM TIME with_max_staleness('1ms'::INTERVAL) WHERE id = $1 AND v > 0`,
      [2],
    )
    expect(rows).toEqual([{ v: '20' }])
  })

  test.each([
    `SELECT * FROM t AS OF SYSTEM TIME with_max_staleness('10s')`,
    `SELECT * FROM t AS OF SYSTEM TIME with_max_staleness('10s') LIMIT 1`,
    `SELECT * FROM t AS OF SYSTEM TIME with_max_staleness('10s') WHERE v = 10`,
    `SELECT * FROM t AS OF SYSTEM TIME with_max_staleness('10s') WHERE id = 1 OR id = 2`,
    `SELECT * FROM t AS OF SYSTEM TIME with_max_staleness('10s') WHERE id = v`,
    `SELECT * FROM t a, t b AS OF SYSTEM TIME with_max_staleness('10s') WHERE a.id = 1 AND b.id = 1`,
  ])('refuses %s', async sql => {
    await expect(past.client.query(sql)).rejects.toMatchObject(refusal)
  })

  test('is no part of a transaction', async () => {
    await past.client.query('BEGIN')
    await expect(
      past.client.query(`SELECT * FROM t AS OF SYSTEM TIME with_max_staleness('10s') WHERE id = 1`),
    ).rejects.toMatchObject({ code: '0A000', message: 'cannot use a bounded staleness query in a transaction' })
    await past.client.query('ROLLBACK')
    await expect(past.client.query(`BEGIN AS OF SYSTEM TIME with_max_staleness('10s')`)).rejects.toMatchObject({
      message: 'AS OF SYSTEM TIME: only constant expressions or follower_read_timestamp are allowed',
    })
    expect((await past.client.query('SHOW transaction_status')).rows).toEqual([{ transaction_status: 'NoTxn' }])
  })

  test('says when no replica is near and fresh enough', async () => {
    await expect(
      past.client.query(`SELECT * FROM t AS OF SYSTEM TIME with_max_staleness('1ms', true) WHERE id = 1`),
    ).rejects.toMatchObject({ code: 'XCUBS' })
  })
})
