import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { pastUnderTest } from './past-under-test.js'

const past = await pastUnderTest()

describe('a transaction in the past', () => {
  test.each(['BEGIN AS OF SYSTEM TIME', 'BEGIN; SET TRANSACTION AS OF SYSTEM TIME'])('begins with %s', async begin => {
    const nanos = await past.nanos()
    await past.client.query('UPDATE t SET v = 0')
    for (const sql of `${begin} ${nanos}`.split(';')) await past.client.query(sql)
    expect(await past.values('SELECT id, v FROM t ORDER BY id')).toBe('1=10 2=20')
    await past.client.query('SAVEPOINT s')
    await expect(past.client.query('INSERT INTO t VALUES (9, 9)')).rejects.toMatchObject({
      code: '25006',
      message: 'cannot execute INSERT in a read-only transaction',
    })
    await past.client.query('ROLLBACK TO SAVEPOINT s')
    expect(await past.values(`SELECT id, v FROM t AS OF SYSTEM TIME ${nanos} ORDER BY id`)).toBe('1=10 2=20')
    await expect(past.client.query(`SELECT * FROM t AS OF SYSTEM TIME '-1ms'`)).rejects.toMatchObject({
      code: '0A000',
      message: expect.stringMatching(/^inconsistent AS OF SYSTEM TIME timestamp; expected: \S+,0, got: \S+,0$/),
      hint: 'try SET TRANSACTION AS OF SYSTEM TIME',
    })
    await past.client.query('ROLLBACK')
    expect(await past.values('SELECT id, v FROM t ORDER BY id')).toBe('1=0 2=0')
  })

  test('keeps its time over retries through cockroach_restart', async () => {
    const nanos = await past.nanos()
    await past.client.query('UPDATE t SET v = 0')
    await past.client.query(`BEGIN AS OF SYSTEM TIME ${nanos}`)
    await past.client.query('SAVEPOINT cockroach_restart')
    expect(await past.values('SELECT id, v FROM t ORDER BY id')).toBe('1=10 2=20')
    await past.client.query('ROLLBACK TO SAVEPOINT cockroach_restart')
    expect(await past.values('SELECT id, v FROM t ORDER BY id')).toBe('1=10 2=20')
    await past.client.query('RELEASE SAVEPOINT cockroach_restart')
    await past.client.query('COMMIT')
  })

  test('must be told before it reads, and not to write', async () => {
    await past.client.query('BEGIN')
    await past.client.query('SELECT * FROM t')
    await expect(past.client.query(`SET TRANSACTION AS OF SYSTEM TIME '-1ms'`)).rejects.toMatchObject({
      code: '25000',
      message: expect.stringMatching(/^cannot set fixed timestamp, txn .* already performed reads$/),
    })
    await past.client.query('ROLLBACK')
    await expect(past.client.query(`BEGIN READ WRITE AS OF SYSTEM TIME '-1ms'`)).rejects.toMatchObject({
      code: '42601',
      message: 'AS OF SYSTEM TIME specified with READ WRITE mode',
    })
    await past.client.query('BEGIN')
    await expect(past.client.query(`SELECT * FROM t AS OF SYSTEM TIME '-1ms'`)).rejects.toMatchObject({ code: '0A000' })
    await past.client.query('ROLLBACK')
  })

  test('does not begin at a time that cannot be read', async () => {
    await expect(past.client.query(`BEGIN AS OF SYSTEM TIME '-1h'`)).rejects.toMatchObject({ code: 'XXUUU' })
    expect((await past.client.query('SHOW transaction_status')).rows).toEqual([{ transaction_status: 'NoTxn' }])
  })

  test('works in one Query with its statements', async () => {
    const nanos = await past.nanos()
    await past.client.query('UPDATE t SET v = 0')
    const results = await past.client.query(`BEGIN AS OF SYSTEM TIME ${nanos}; SELECT v FROM t ORDER BY id; COMMIT`)
    expect(results).toMatchObject([{}, { rows: [{ v: '10' }, { v: '20' }] }, {}])
  })
})

describe('default_transaction_use_follower_reads', () => {
  test('makes every transaction one that reads what followers have', async () => {
    await past.client.query('SET default_transaction_use_follower_reads = on')
    // The cluster is younger than 4.2 seconds, or the table is.
    await expect(past.client.query('SELECT * FROM t')).rejects.toMatchObject({
      code: expect.stringMatching(/^(XXUUU|42P01)$/),
    })
    await expect(past.client.query('BEGIN READ WRITE')).rejects.toMatchObject({
      code: '42601',
      message: 'AS OF SYSTEM TIME specified with READ WRITE mode',
    })
    await sleep(4_300)
    const other = await past.connect()
    await other.query('UPDATE t SET v = 0')
    expect(await past.values('SELECT id, v FROM t ORDER BY id')).toBe('1=10 2=20')
    await past.client.query('BEGIN')
    expect(await past.values('SELECT id, v FROM t ORDER BY id')).toBe('1=10 2=20')
    await past.client.query('COMMIT')
    await expect(past.client.query('INSERT INTO t VALUES (9, 9)')).rejects.toMatchObject({ code: '25006' })
    await past.client.query('SET default_transaction_use_follower_reads = off')
    expect(await past.values('SELECT id, v FROM t ORDER BY id')).toBe('1=0 2=0')
    expect(await past.values('SELECT id, v FROM t AS OF SYSTEM TIME follower_read_timestamp() ORDER BY id')).toBe(
      '1=10 2=20',
    )
    expect(await past.values(`SELECT id, v FROM t AS OF SYSTEM TIME with_max_staleness('10s') WHERE id = 1`)).toBe(
      '1=10',
    )
  })
})
