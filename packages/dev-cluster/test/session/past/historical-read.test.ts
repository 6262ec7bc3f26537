import { setTimeout as sleep } from 'node:timers/promises'
import type { QueryConfig } from 'pg'
import { describe, expect, test } from 'vitest'
import { pastUnderTest } from './past-under-test.js'

const past = await pastUnderTest()

describe('AS OF SYSTEM TIME in a statement', () => {
  test('shows rows as they were, in every form of a time', async () => {
    const nanos = await past.nanos()
    await sleep(300)
    await past.client.query('UPDATE t SET v = v + 1')
    await past.client.query('DELETE FROM t WHERE id = 2')
    const stamp = new Date(Number(nanos / 1_000_000n) + 1).toISOString()
    const ago = () => `-${BigInt(Date.now()) * 1000n - nanos / 1000n}us`
    for (const form of [
      `${nanos}`,
      `'${nanos}'`,
      `${nanos}.0000000000`,
      `'${stamp}'`,
      `'${stamp.replace('T', ' ').replace('Z', '+00:00')}'`,
      () => `'${ago()}'`,
      () => `INTERVAL '${ago()}'`,
      `with_min_timestamp('${stamp}')`,
    ]) {
      const time = typeof form === 'string' ? form : form()
      const where = time.startsWith('with') ? 'WHERE id = 2' : 'ORDER BY id'
      const expected = time.startsWith('with') ? '2=20' : '1=10 2=20'
      const read = await past.values(`SELECT id, v FROM t AS OF SYSTEM TIME ${time} ${where}`)
      expect(`${time}: ${read}`).toBe(`${time}: ${expected}`)
    }
    expect(await past.values('SELECT id, v FROM t ORDER BY id')).toBe('1=11')
  })

  test('shows what was committed a moment before, without any wait', async () => {
    const seen: string[] = []
    const expected: string[] = []
    for (let n = 0; n < 20; n++) {
      await past.client.query('UPDATE t SET v = $1 WHERE id = 1', [n])
      const nanos = await past.nanos()
      await past.client.query('UPDATE t SET v = -1 WHERE id = 1')
      seen.push(await past.values(`SELECT id, v FROM t AS OF SYSTEM TIME ${nanos} WHERE id = 1`))
      expected.push(`1=${n}`)
    }
    expect(seen).toEqual(expected)
  })

  test('works in the extended protocol with parameters, prepared once and run later, and row by row', async () => {
    const nanos = await past.nanos()
    await past.client.query('DELETE FROM t')
    const named = { name: 'past', text: `SELECT v FROM t AS OF SYSTEM TIME ${nanos} WHERE id = $1` }
    for (const id of [1, 2, 1]) {
      expect((await past.client.query({ ...named, values: [id] })).rows).toEqual([{ v: String(id * 10) }])
    }
    // With `rows`, node-postgres executes the portal one row after the other, with Flush between.
    const portal: QueryConfig & { rows: number } = {
      text: `SELECT v FROM t AS OF SYSTEM TIME ${nanos} WHERE v > $1 ORDER BY v`,
      values: [0],
      rows: 1,
    }
    expect((await past.client.query(portal)).rows).toEqual([{ v: '10' }, { v: '20' }])
    expect((await past.client.query('SELECT count(*) FROM t')).rows).toEqual([{ count: '0' }])
    await past.client.query('INSERT INTO t VALUES (3, 3)')
    expect(await past.values('SELECT id, v FROM t')).toBe('3=3')
  })

  test('reads several tables at one time, and every statement of an implicit transaction', async () => {
    const nanos = await past.nanos()
    await past.client.query('UPDATE t SET v = 0')
    const joined = `SELECT a.id, b.v FROM t a JOIN t b ON a.id = b.id AS OF SYSTEM TIME ${nanos} ORDER BY 1`
    expect(await past.values(joined)).toBe('1=10 2=20')
    const results = await past.client.query(
      `SELECT v FROM t AS OF SYSTEM TIME ${nanos} WHERE id = 1; SELECT v FROM t WHERE id = 2`,
    )
    expect(results).toMatchObject([{ rows: [{ v: '10' }] }, { rows: [{ v: '20' }] }])
  })

  test('tells the time it reads at, and the present again afterwards', async () => {
    const nanos = await past.nanos()
    const times = `SELECT now() = transaction_timestamp() AND now() = statement_timestamp() AND now() = current_timestamp AS same,
      (extract(epoch FROM now()) * 1000000)::INT8 * 1000 AS ns, cluster_logical_timestamp() AS hlc FROM t`
    expect((await past.client.query(`${times} AS OF SYSTEM TIME ${nanos} WHERE id = 1`)).rows).toEqual([
      { same: true, ns: String(nanos), hlc: `${nanos}.0000000000` },
    ])
    await past.client.query(`BEGIN AS OF SYSTEM TIME ${nanos}`)
    const then = await past.client.query(times)
    expect(then.rows[0]).toMatchObject({ same: true, ns: String(nanos) })
    await past.client.query('COMMIT')
    const present = await past.client.query<{ ns: string }>(times)
    expect(BigInt(present.rows[0]?.ns ?? '')).toBeGreaterThan(nanos)
  })

  test('writes and locking reads are refused', async () => {
    for (const [sql, what] of [
      [`SELECT * FROM t AS OF SYSTEM TIME '-1ms' FOR UPDATE`, 'SELECT FOR UPDATE'],
      [`SELECT * FROM t AS OF SYSTEM TIME '-1ms'; UPDATE t SET v = 0`, 'UPDATE'],
    ] as const) {
      await expect(past.client.query(sql)).rejects.toMatchObject({
        code: '25006',
        message: `cannot execute ${what} in a read-only transaction`,
      })
    }
    expect(await past.values('SELECT id, v FROM t ORDER BY id')).toBe('1=10 2=20')
  })

  test('times that cannot be read are refused, and the session goes on', async () => {
    for (const [time, message] of [
      [
        `'2200-01-01'`,
        /^AS OF SYSTEM TIME: cannot specify timestamp in the future \(7258118400\.000000000,0 > \d+\.\d{9},0\)$/,
      ],
      [`'-1h'`, /^batch timestamp \d+\.\d{9},0 must be after replica GC threshold \d+\.\d{9},0$/],
    ] as const) {
      await expect(past.client.query(`SELECT * FROM t AS OF SYSTEM TIME ${time}`)).rejects.toMatchObject({
        code: 'XXUUU',
        message: expect.stringMatching(message),
      })
    }
    await expect(past.client.query(`SELECT * FROM t AS OF SYSTEM TIME $1`, ['-1s'])).rejects.toMatchObject({
      message: expect.stringContaining('AS OF SYSTEM TIME: only constant expressions'),
    })
    await expect(past.client.query(`SELECT * FROM t AS OF SYSTEM TIME 0`)).rejects.toMatchObject({
      message: 'AS OF SYSTEM TIME: zero timestamp is invalid',
    })
    await expect(past.client.query(`SELECT * FROM t AS OF SYSTEM TIME '-0.1us'`)).rejects.toMatchObject({
      message: expect.stringContaining('too small, absolute value must be >= 1µs'),
    })
    await expect(past.client.query(`SELECT missing FROM t AS OF SYSTEM TIME '-1ms'`)).rejects.toMatchObject({
      code: '42703',
    })
    expect(await past.values('SELECT id, v FROM t ORDER BY id')).toBe('1=10 2=20')
  })

  test('what only CockroachDB can do is refused, not done in the present', async () => {
    for (const [sql, what] of [
      [`PREPARE p AS SELECT * FROM t AS OF SYSTEM TIME '-1ms'`, 'PREPARE'],
      [`CREATE TABLE copy AS SELECT * FROM t AS OF SYSTEM TIME '-1ms'`, 'making a table or view'],
    ] as const) {
      await expect(past.client.query(sql)).rejects.toMatchObject({
        code: '0A000',
        message: `unimplemented: ${what} AS OF SYSTEM TIME`,
      })
    }
  })

  test('a table that was made later does not exist, and one that was emptied says so', async () => {
    const before = await past.nanos()
    await past.client.query('CREATE TABLE later (id INT8 PRIMARY KEY)')
    await expect(past.client.query(`SELECT * FROM later AS OF SYSTEM TIME ${before}`)).rejects.toMatchObject({
      code: '42P01',
      message: 'relation "later" does not exist',
    })
    await past.client.query('CREATE INDEX by_v ON t (v)')
    expect(await past.values(`SELECT id, v FROM t AS OF SYSTEM TIME ${before} WHERE v = 10`)).toBe('1=10')
    await past.client.query('TRUNCATE t')
    await expect(past.client.query(`SELECT * FROM t AS OF SYSTEM TIME ${before}`)).rejects.toMatchObject({
      code: '0A000',
      message: 'unimplemented: reading table "t" as of a time before it was truncated or rewritten',
    })
    expect((await past.client.query('SELECT count(*) FROM t')).rows).toEqual([{ count: '0' }])
  })

  test('sees the present where it was asked for, in other sessions and afterwards', async () => {
    const nanos = await past.nanos()
    const other = await past.connect()
    await other.query('BEGIN; UPDATE t SET v = 99')
    expect(await past.values(`SELECT id, v FROM t AS OF SYSTEM TIME ${nanos} ORDER BY id`)).toBe('1=10 2=20')
    await other.query('COMMIT')
    expect(await past.values('SELECT id, v FROM t ORDER BY id')).toBe('1=99 2=99')
  })
})

describe('a time in a part of a statement', () => {
  test.each([
    `SELECT * FROM (SELECT * FROM t AS OF SYSTEM TIME '-1ms') x, t`,
    `WITH x AS (SELECT * FROM t AS OF SYSTEM TIME '-1ms') SELECT * FROM x`,
    `SELECT v FROM t AS OF SYSTEM TIME '-1ms' UNION SELECT 1`,
    `INSERT INTO t SELECT id + 10, v FROM t AS OF SYSTEM TIME '-1ms'`,
    `EXPLAIN SELECT * FROM (SELECT * FROM t AS OF SYSTEM TIME '-1ms') x`,
  ])('is refused where the whole does not read then: %s', async sql => {
    await expect(past.client.query(sql)).rejects.toMatchObject({
      code: '42601',
      message: 'AS OF SYSTEM TIME must be provided on a top-level statement',
    })
  })

  test('may be said again where the whole reads then', async () => {
    const nanos = await past.nanos()
    await past.client.query('UPDATE t SET v = 0')
    const sql = `SELECT x.id, x.v FROM (SELECT * FROM t AS OF SYSTEM TIME ${nanos}) x JOIN t ON t.id = x.id AS OF SYSTEM TIME ${nanos} ORDER BY 1`
    expect(await past.values(sql)).toBe('1=10 2=20')
    expect(await past.values(`(SELECT id, v FROM t AS OF SYSTEM TIME ${nanos}) ORDER BY id`)).toBe('1=10 2=20')
  })
})

test('EXPLAIN ANALYZE of a read of the past names the isolation that the client has', async () => {
  const { rows } = await past.client.query(`EXPLAIN ANALYZE SELECT * FROM t AS OF SYSTEM TIME ${await past.nanos()}`)
  expect(rows).toContainEqual({ info: 'isolation level: serializable' })
})

describe('databases', () => {
  test('have each their own past, also after USE', async () => {
    const nanos = await past.nanos()
    await past.client.query('DELETE FROM t')
    const other = await past.cluster.createDatabase()
    await past.client.query(`USE ${other.name}`)
    await past.client.query('CREATE TABLE t (id INT8 PRIMARY KEY, v INT8 NOT NULL)')
    await past.client.query('INSERT INTO t VALUES (7, 7)')
    const later = await past.nanos()
    await past.client.query('DELETE FROM t')
    expect(await past.values(`SELECT id, v FROM t AS OF SYSTEM TIME ${later}`)).toBe('7=7')
    await past.client.query(`USE ${past.database.name}`)
    expect(await past.values(`SELECT id, v FROM t AS OF SYSTEM TIME ${nanos} ORDER BY id`)).toBe('1=10 2=20')
    other.drop()
  })

  test('can be dropped while their past is kept', async () => {
    await past.client.query('CREATE DATABASE doomed')
    await past.client.query('USE doomed')
    await past.client.query('CREATE TABLE d (id INT8 PRIMARY KEY)')
    await past.client.query('INSERT INTO d VALUES (1)')
    expect((await past.client.query(`SELECT * FROM d AS OF SYSTEM TIME '-1us'`)).rows).toEqual([{ id: '1' }])
    await past.client.query(`USE ${past.database.name}`)
    await past.client.query('DROP DATABASE doomed CASCADE')
    expect((await past.client.query('SHOW DATABASES')).rows).not.toContainEqual(
      expect.objectContaining({ database_name: 'doomed' }),
    )
  })
})
