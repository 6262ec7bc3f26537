import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type QueryConfig } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DevCluster } from '../../src/dev-cluster.js'

let cluster: DevCluster
let database: Awaited<ReturnType<DevCluster['createDatabase']>>
let client: Client
const clients: Client[] = []

beforeAll(async () => {
  cluster = await DevCluster.start({ nodes: 1 })
})

afterAll(() => cluster.stop())

beforeEach(async () => {
  database = await cluster.createDatabase()
  client = await connect()
  await client.query('CREATE TABLE t (id INT8 PRIMARY KEY, v INT8 NOT NULL, INDEX (v))')
  await client.query('INSERT INTO t VALUES (1, 10), (2, 20)')
})

afterEach(async () => {
  await Promise.all(clients.splice(0).map(each => each.end()))
  database.drop()
})

async function connect(): Promise<Client> {
  const connected = new Client({ connectionString: database.url })
  clients.push(connected)
  await connected.connect()
  return connected
}

/** The cluster's time in nanoseconds, as CockroachDB's INT8 form of a time. */
async function clusterNanos(): Promise<bigint> {
  const { rows } = await client.query<{ us: string }>(
    `SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::INT8::STRING AS us`,
  )
  return BigInt(rows[0]?.us ?? '') * 1000n
}

async function values(sql: string): Promise<string> {
  const { rows } = await client.query<{ id: string; v: string }>(sql)
  return rows.map(({ id, v }) => `${id}=${v}`).join(' ')
}

describe('AS OF SYSTEM TIME in a statement', () => {
  test('shows rows as they were, in every form of a time', async () => {
    const nanos = await clusterNanos()
    await sleep(300)
    await client.query('UPDATE t SET v = v + 1')
    await client.query('DELETE FROM t WHERE id = 2')
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
      const read = await values(`SELECT id, v FROM t AS OF SYSTEM TIME ${time} ${where}`)
      expect(`${time}: ${read}`).toBe(`${time}: ${expected}`)
    }
    expect(await values('SELECT id, v FROM t ORDER BY id')).toBe('1=11')
  })

  test('shows what was committed a moment before, without any wait', async () => {
    const seen: string[] = []
    const expected: string[] = []
    for (let n = 0; n < 20; n++) {
      await client.query('UPDATE t SET v = $1 WHERE id = 1', [n])
      const nanos = await clusterNanos()
      await client.query('UPDATE t SET v = -1 WHERE id = 1')
      seen.push(await values(`SELECT id, v FROM t AS OF SYSTEM TIME ${nanos} WHERE id = 1`))
      expected.push(`1=${n}`)
    }
    expect(seen).toEqual(expected)
  })

  test('works in the extended protocol with parameters, prepared once and run later, and row by row', async () => {
    const nanos = await clusterNanos()
    await client.query('DELETE FROM t')
    const named = { name: 'past', text: `SELECT v FROM t AS OF SYSTEM TIME ${nanos} WHERE id = $1` }
    for (const id of [1, 2, 1]) {
      expect((await client.query({ ...named, values: [id] })).rows).toEqual([{ v: String(id * 10) }])
    }
    // With `rows`, node-postgres executes the portal one row after the other, with Flush between.
    const portal: QueryConfig & { rows: number } = {
      text: `SELECT v FROM t AS OF SYSTEM TIME ${nanos} WHERE v > $1 ORDER BY v`,
      values: [0],
      rows: 1,
    }
    expect((await client.query(portal)).rows).toEqual([{ v: '10' }, { v: '20' }])
    expect((await client.query('SELECT count(*) FROM t')).rows).toEqual([{ count: '0' }])
    await client.query('INSERT INTO t VALUES (3, 3)')
    expect(await values('SELECT id, v FROM t')).toBe('3=3')
  })

  test('reads several tables at one time, and every statement of an implicit transaction', async () => {
    const nanos = await clusterNanos()
    await client.query('UPDATE t SET v = 0')
    const joined = `SELECT a.id, b.v FROM t a JOIN t b ON a.id = b.id AS OF SYSTEM TIME ${nanos} ORDER BY 1`
    expect(await values(joined)).toBe('1=10 2=20')
    const results = await client.query(
      `SELECT v FROM t AS OF SYSTEM TIME ${nanos} WHERE id = 1; SELECT v FROM t WHERE id = 2`,
    )
    expect(results).toMatchObject([{ rows: [{ v: '10' }] }, { rows: [{ v: '20' }] }])
  })

  test('tells the time it reads at, and the present again afterwards', async () => {
    const nanos = await clusterNanos()
    const times = `SELECT now() = transaction_timestamp() AND now() = statement_timestamp() AND now() = current_timestamp AS same,
      (extract(epoch FROM now()) * 1000000)::INT8 * 1000 AS ns, cluster_logical_timestamp() AS hlc FROM t`
    expect((await client.query(`${times} AS OF SYSTEM TIME ${nanos} WHERE id = 1`)).rows).toEqual([
      { same: true, ns: String(nanos), hlc: `${nanos}.0000000000` },
    ])
    await client.query(`BEGIN AS OF SYSTEM TIME ${nanos}`)
    const then = await client.query(times)
    expect(then.rows[0]).toMatchObject({ same: true, ns: String(nanos) })
    await client.query('COMMIT')
    const present = await client.query<{ ns: string }>(times)
    expect(BigInt(present.rows[0]?.ns ?? '')).toBeGreaterThan(nanos)
  })

  test('writes and locking reads are refused', async () => {
    for (const [sql, what] of [
      [`SELECT * FROM t AS OF SYSTEM TIME '-1ms' FOR UPDATE`, 'SELECT FOR UPDATE'],
      [`SELECT * FROM t AS OF SYSTEM TIME '-1ms'; UPDATE t SET v = 0`, 'UPDATE'],
    ] as const) {
      await expect(client.query(sql)).rejects.toMatchObject({
        code: '25006',
        message: `cannot execute ${what} in a read-only transaction`,
      })
    }
    expect(await values('SELECT id, v FROM t ORDER BY id')).toBe('1=10 2=20')
  })

  test('times that cannot be read are refused, and the session goes on', async () => {
    for (const [time, message] of [
      [
        `'2200-01-01'`,
        /^AS OF SYSTEM TIME: cannot specify timestamp in the future \(7258118400\.000000000,0 > \d+\.\d{9},0\)$/,
      ],
      [`'-1h'`, /^batch timestamp \d+\.\d{9},0 must be after replica GC threshold \d+\.\d{9},0$/],
    ] as const) {
      await expect(client.query(`SELECT * FROM t AS OF SYSTEM TIME ${time}`)).rejects.toMatchObject({
        code: 'XXUUU',
        message: expect.stringMatching(message),
      })
    }
    await expect(client.query(`SELECT * FROM t AS OF SYSTEM TIME $1`, ['-1s'])).rejects.toMatchObject({
      message: expect.stringContaining('AS OF SYSTEM TIME: only constant expressions'),
    })
    await expect(client.query(`SELECT * FROM t AS OF SYSTEM TIME 0`)).rejects.toMatchObject({
      message: 'AS OF SYSTEM TIME: zero timestamp is invalid',
    })
    await expect(client.query(`SELECT * FROM t AS OF SYSTEM TIME '-0.1us'`)).rejects.toMatchObject({
      message: expect.stringContaining('too small, absolute value must be >= 1µs'),
    })
    await expect(client.query(`SELECT missing FROM t AS OF SYSTEM TIME '-1ms'`)).rejects.toMatchObject({
      code: '42703',
    })
    expect(await values('SELECT id, v FROM t ORDER BY id')).toBe('1=10 2=20')
  })

  test('what only CockroachDB can do is refused, not done in the present', async () => {
    for (const [sql, what] of [
      [`PREPARE p AS SELECT * FROM t AS OF SYSTEM TIME '-1ms'`, 'PREPARE'],
      [`CREATE TABLE copy AS SELECT * FROM t AS OF SYSTEM TIME '-1ms'`, 'making a table or view'],
    ] as const) {
      await expect(client.query(sql)).rejects.toMatchObject({
        code: '0A000',
        message: `unimplemented: ${what} AS OF SYSTEM TIME`,
      })
    }
  })

  test('a table that was made later does not exist, and one that was emptied says so', async () => {
    const before = await clusterNanos()
    await client.query('CREATE TABLE later (id INT8 PRIMARY KEY)')
    await expect(client.query(`SELECT * FROM later AS OF SYSTEM TIME ${before}`)).rejects.toMatchObject({
      code: '42P01',
      message: 'relation "later" does not exist',
    })
    await client.query('CREATE INDEX by_v ON t (v)')
    expect(await values(`SELECT id, v FROM t AS OF SYSTEM TIME ${before} WHERE v = 10`)).toBe('1=10')
    await client.query('TRUNCATE t')
    await expect(client.query(`SELECT * FROM t AS OF SYSTEM TIME ${before}`)).rejects.toMatchObject({
      code: '0A000',
      message: 'unimplemented: reading table "t" as of a time before it was truncated or rewritten',
    })
    expect((await client.query('SELECT count(*) FROM t')).rows).toEqual([{ count: '0' }])
  })

  test('sees the present where it was asked for, in other sessions and afterwards', async () => {
    const nanos = await clusterNanos()
    const other = await connect()
    await other.query('BEGIN; UPDATE t SET v = 99')
    expect(await values(`SELECT id, v FROM t AS OF SYSTEM TIME ${nanos} ORDER BY id`)).toBe('1=10 2=20')
    await other.query('COMMIT')
    expect(await values('SELECT id, v FROM t ORDER BY id')).toBe('1=99 2=99')
  })
})

describe('bounded staleness', () => {
  const refusal = {
    code: '0A000',
    message:
      'unimplemented: cannot use bounded staleness for queries that may touch more than one row or require an index join',
  }

  test('serves a row that its key finds', async () => {
    expect(await values(`SELECT * FROM t AS OF SYSTEM TIME with_max_staleness('0s') WHERE id = 1`)).toBe('1=10')
    const { rows } = await client.query(
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
    await expect(client.query(sql)).rejects.toMatchObject(refusal)
  })

  test('is no part of a transaction', async () => {
    await client.query('BEGIN')
    await expect(
      client.query(`SELECT * FROM t AS OF SYSTEM TIME with_max_staleness('10s') WHERE id = 1`),
    ).rejects.toMatchObject({ code: '0A000', message: 'cannot use a bounded staleness query in a transaction' })
    await client.query('ROLLBACK')
    await expect(client.query(`BEGIN AS OF SYSTEM TIME with_max_staleness('10s')`)).rejects.toMatchObject({
      message: 'AS OF SYSTEM TIME: only constant expressions or follower_read_timestamp are allowed',
    })
    expect((await client.query('SHOW transaction_status')).rows).toEqual([{ transaction_status: 'NoTxn' }])
  })

  test('says when no replica is near and fresh enough', async () => {
    await expect(
      client.query(`SELECT * FROM t AS OF SYSTEM TIME with_max_staleness('1ms', true) WHERE id = 1`),
    ).rejects.toMatchObject({ code: 'XCUBS' })
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
    await expect(client.query(sql)).rejects.toMatchObject({
      code: '42601',
      message: 'AS OF SYSTEM TIME must be provided on a top-level statement',
    })
  })

  test('may be said again where the whole reads then', async () => {
    const nanos = await clusterNanos()
    await client.query('UPDATE t SET v = 0')
    const sql = `SELECT x.id, x.v FROM (SELECT * FROM t AS OF SYSTEM TIME ${nanos}) x JOIN t ON t.id = x.id AS OF SYSTEM TIME ${nanos} ORDER BY 1`
    expect(await values(sql)).toBe('1=10 2=20')
    expect(await values(`(SELECT id, v FROM t AS OF SYSTEM TIME ${nanos}) ORDER BY id`)).toBe('1=10 2=20')
  })
})

test('EXPLAIN ANALYZE of a read of the past names the isolation that the client has', async () => {
  const { rows } = await client.query(`EXPLAIN ANALYZE SELECT * FROM t AS OF SYSTEM TIME ${await clusterNanos()}`)
  expect(rows).toContainEqual({ info: 'isolation level: serializable' })
})

describe('a transaction in the past', () => {
  test.each(['BEGIN AS OF SYSTEM TIME', 'BEGIN; SET TRANSACTION AS OF SYSTEM TIME'])('begins with %s', async begin => {
    const nanos = await clusterNanos()
    await client.query('UPDATE t SET v = 0')
    for (const sql of `${begin} ${nanos}`.split(';')) await client.query(sql)
    expect(await values('SELECT id, v FROM t ORDER BY id')).toBe('1=10 2=20')
    await client.query('SAVEPOINT s')
    await expect(client.query('INSERT INTO t VALUES (9, 9)')).rejects.toMatchObject({
      code: '25006',
      message: 'cannot execute INSERT in a read-only transaction',
    })
    await client.query('ROLLBACK TO SAVEPOINT s')
    expect(await values(`SELECT id, v FROM t AS OF SYSTEM TIME ${nanos} ORDER BY id`)).toBe('1=10 2=20')
    await expect(client.query(`SELECT * FROM t AS OF SYSTEM TIME '-1ms'`)).rejects.toMatchObject({
      code: '0A000',
      message: expect.stringMatching(/^inconsistent AS OF SYSTEM TIME timestamp; expected: \S+,0, got: \S+,0$/),
      hint: 'try SET TRANSACTION AS OF SYSTEM TIME',
    })
    await client.query('ROLLBACK')
    expect(await values('SELECT id, v FROM t ORDER BY id')).toBe('1=0 2=0')
  })

  test('keeps its time over retries through cockroach_restart', async () => {
    const nanos = await clusterNanos()
    await client.query('UPDATE t SET v = 0')
    await client.query(`BEGIN AS OF SYSTEM TIME ${nanos}`)
    await client.query('SAVEPOINT cockroach_restart')
    expect(await values('SELECT id, v FROM t ORDER BY id')).toBe('1=10 2=20')
    await client.query('ROLLBACK TO SAVEPOINT cockroach_restart')
    expect(await values('SELECT id, v FROM t ORDER BY id')).toBe('1=10 2=20')
    await client.query('RELEASE SAVEPOINT cockroach_restart')
    await client.query('COMMIT')
  })

  test('must be told before it reads, and not to write', async () => {
    await client.query('BEGIN')
    await client.query('SELECT * FROM t')
    await expect(client.query(`SET TRANSACTION AS OF SYSTEM TIME '-1ms'`)).rejects.toMatchObject({
      code: '25000',
      message: expect.stringMatching(/^cannot set fixed timestamp, txn .* already performed reads$/),
    })
    await client.query('ROLLBACK')
    await expect(client.query(`BEGIN READ WRITE AS OF SYSTEM TIME '-1ms'`)).rejects.toMatchObject({
      code: '42601',
      message: 'AS OF SYSTEM TIME specified with READ WRITE mode',
    })
    await client.query('BEGIN')
    await expect(client.query(`SELECT * FROM t AS OF SYSTEM TIME '-1ms'`)).rejects.toMatchObject({ code: '0A000' })
    await client.query('ROLLBACK')
  })

  test('does not begin at a time that cannot be read', async () => {
    await expect(client.query(`BEGIN AS OF SYSTEM TIME '-1h'`)).rejects.toMatchObject({ code: 'XXUUU' })
    expect((await client.query('SHOW transaction_status')).rows).toEqual([{ transaction_status: 'NoTxn' }])
  })

  test('works in one Query with its statements', async () => {
    const nanos = await clusterNanos()
    await client.query('UPDATE t SET v = 0')
    const results = await client.query(`BEGIN AS OF SYSTEM TIME ${nanos}; SELECT v FROM t ORDER BY id; COMMIT`)
    expect(results).toMatchObject([{}, { rows: [{ v: '10' }, { v: '20' }] }, {}])
  })
})

describe('default_transaction_use_follower_reads', () => {
  test('makes every transaction one that reads what followers have', async () => {
    await client.query('SET default_transaction_use_follower_reads = on')
    // The cluster is younger than 4.2 seconds, or the table is.
    await expect(client.query('SELECT * FROM t')).rejects.toMatchObject({
      code: expect.stringMatching(/^(XXUUU|42P01)$/),
    })
    await expect(client.query('BEGIN READ WRITE')).rejects.toMatchObject({
      code: '42601',
      message: 'AS OF SYSTEM TIME specified with READ WRITE mode',
    })
    await sleep(4_300)
    const other = await connect()
    await other.query('UPDATE t SET v = 0')
    expect(await values('SELECT id, v FROM t ORDER BY id')).toBe('1=10 2=20')
    await client.query('BEGIN')
    expect(await values('SELECT id, v FROM t ORDER BY id')).toBe('1=10 2=20')
    await client.query('COMMIT')
    await expect(client.query('INSERT INTO t VALUES (9, 9)')).rejects.toMatchObject({ code: '25006' })
    await client.query('SET default_transaction_use_follower_reads = off')
    expect(await values('SELECT id, v FROM t ORDER BY id')).toBe('1=0 2=0')
    expect(await values('SELECT id, v FROM t AS OF SYSTEM TIME follower_read_timestamp() ORDER BY id')).toBe(
      '1=10 2=20',
    )
    expect(await values(`SELECT id, v FROM t AS OF SYSTEM TIME with_max_staleness('10s') WHERE id = 1`)).toBe('1=10')
  })
})

describe('databases', () => {
  test('have each their own past, also after USE', async () => {
    const nanos = await clusterNanos()
    await client.query('DELETE FROM t')
    const other = await cluster.createDatabase()
    await client.query(`USE ${other.name}`)
    await client.query('CREATE TABLE t (id INT8 PRIMARY KEY, v INT8 NOT NULL)')
    await client.query('INSERT INTO t VALUES (7, 7)')
    const later = await clusterNanos()
    await client.query('DELETE FROM t')
    expect(await values(`SELECT id, v FROM t AS OF SYSTEM TIME ${later}`)).toBe('7=7')
    await client.query(`USE ${database.name}`)
    expect(await values(`SELECT id, v FROM t AS OF SYSTEM TIME ${nanos} ORDER BY id`)).toBe('1=10 2=20')
    other.drop()
  })

  test('can be dropped while their past is kept', async () => {
    await client.query('CREATE DATABASE doomed')
    await client.query('USE doomed')
    await client.query('CREATE TABLE d (id INT8 PRIMARY KEY)')
    await client.query('INSERT INTO d VALUES (1)')
    expect((await client.query(`SELECT * FROM d AS OF SYSTEM TIME '-1us'`)).rows).toEqual([{ id: '1' }])
    await client.query(`USE ${database.name}`)
    await client.query('DROP DATABASE doomed CASCADE')
    expect((await client.query('SHOW DATABASES')).rows).not.toContainEqual(
      expect.objectContaining({ database_name: 'doomed' }),
    )
  })
})
