import type pg from 'pg'
import { Pool, Query } from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { CerciPool } from '../../src/pool/cerci-pool.js'
import { caught, until } from '../fixture/caught.js'

const url = await freshDatabase()
const pools: CerciPool[] = []

function open(options: ConstructorParameters<typeof CerciPool>[0] & object = {}): CerciPool {
  const pool = new CerciPool({ connectionString: url, ...options })
  pools.push(pool)
  return pool
}

afterAll(() => Promise.all(pools.map(pool => pool.close({ deadlineMs: 100 }))))

describe('as a pg.Pool', () => {
  it('is one', () => {
    const pool: pg.Pool = open()
    expect(pool).toBeInstanceOf(Pool)
    expect(pool).toMatchObject({
      totalCount: 0,
      idleCount: 0,
      waitingCount: 0,
      expiredCount: 0,
      ending: false,
      ended: false,
    })
    expect(pool.options).toMatchObject({ host: '127.0.0.1', user: 'root', max: 10, allowExitOnIdle: false })
    expect(pool.options.connectionString).toBeUndefined()
    expect(Object.keys(new CerciPool('postgresql://u:secret@h').options)).not.toContain('password')
  })

  it('takes text, values, configs, names, rows as arrays, and parsers', async () => {
    const pool = open()
    expect((await pool.query('SELECT 1::INT4 AS a')).rows).toEqual([{ a: 1 }])
    expect((await pool.query('SELECT $1::TEXT AS a', ['x'])).rows).toEqual([{ a: 'x' }])
    expect((await pool.query({ text: 'SELECT $1::TEXT AS a', values: ['y'] })).rows).toEqual([{ a: 'y' }])
    expect((await pool.query({ text: 'SELECT $1::TEXT AS a', values: ['y'] }, ['z'])).rows).toEqual([{ a: 'z' }])
    expect((await pool.query({ name: 'mine', text: 'SELECT $1::TEXT AS a', values: ['n'] })).rows).toEqual([{ a: 'n' }])
    expect((await pool.query({ text: 'SELECT 1::INT4 AS a, NULL::TEXT AS b', rowMode: 'array' })).rows).toEqual([
      [1, null],
    ])
    const types: pg.CustomTypesConfig = { getTypeParser: () => (text: string) => `<${text}>` }
    expect((await pool.query({ text: 'SELECT 1::INT4 AS a', types })).rows).toEqual([{ a: '<1>' }])
  })

  it('gives results with the fields of node-postgres', async () => {
    const pool = open()
    await pool.query('CREATE TABLE results (id INT8 PRIMARY KEY, name TEXT)')
    expect(await pool.query("INSERT INTO results VALUES (1, 'a'), (2, 'b')")).toMatchObject({
      command: 'INSERT',
      rowCount: 2,
      rows: [],
      fields: [],
    })
    const result = await pool.query('SELECT id, name FROM results ORDER BY id')
    expect(result).toMatchObject({
      command: 'SELECT',
      rowCount: 2,
      rows: [
        { id: '1', name: 'a' },
        { id: '2', name: 'b' },
      ],
    })
    expect(result.fields.map(({ name, dataTypeID }) => [name, dataTypeID])).toEqual([
      ['id', 20],
      ['name', 25],
    ])
    const several: unknown = await pool.query('SELECT 1::INT4 AS a; SELECT 2::INT4 AS b')
    expect(several).toMatchObject([{ rows: [{ a: 1 }] }, { rows: [{ b: 2 }] }])
    expect(
      (await pool.query('SELECT 1::INT4 AS "__proto__", 2::INT4 AS a')).rows.map(row => Object.entries(row)),
    ).toEqual([
      [
        ['__proto__', 1],
        ['a', 2],
      ],
    ])
  })

  it('works with callbacks, as TypeORM and Knex call it', async () => {
    const pool = open()
    const queried = await new Promise((resolve, reject) =>
      pool.query('SELECT $1::TEXT AS a', ['x'], (error, result) => (error ? reject(error) : resolve(result.rows))),
    )
    expect(queried).toEqual([{ a: 'x' }])
    const failed = await new Promise(resolve => pool.query('SELEC', error => resolve(error)))
    expect(failed).toMatchObject({ code: '42601' })
    const onClient = await new Promise((resolve, reject) => {
      pool.connect((error, client, release) => {
        if (error || client === undefined) return reject(error)
        client.query({ text: 'SELECT 2::INT4 AS a' }, (problem, result) => {
          release()
          if (problem) reject(problem)
          else resolve(result.rows)
        })
      })
    })
    expect(onClient).toEqual([{ a: 2 }])
    await new Promise<void>(resolve => pool.end(resolve))
    expect(pool.ended).toBe(true)
    const late = await new Promise(resolve => pool.connect(error => resolve(error)))
    expect(late).toMatchObject({ code: 'CERCI_POOL_CLOSED' })
  })

  it('runs query objects of other libraries', async () => {
    const pool = open({ max: 1 })
    const rows: unknown[] = []
    const client = await pool.connect()
    const query = client.query(new Query('SELECT generate_series(1, 3)::INT4 AS n'))
    query.on('row', row => rows.push(row))
    await new Promise(resolve => query.on('end', resolve))
    client.release()
    expect(rows).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    expect((await pool.query('SELECT 5::INT4 AS n')).rows).toEqual([{ n: 5 }])
  })

  it('emits connect, acquire, release and remove', async () => {
    const pool = open({ max: 1 })
    const events: string[] = []
    for (const event of ['connect', 'acquire', 'release', 'remove'] as const) pool.on(event, () => events.push(event))
    await pool.query('SELECT 1')
    const client = await pool.connect()
    client.release(true)
    await until('the connection is removed', () => events.includes('remove'))
    expect(events).toEqual(['connect', 'acquire', 'release', 'acquire', 'release', 'remove'])
  })

  it('loses no connection to a listener that throws, whose error is the application’s', async () => {
    const pool = open({ max: 1, acquireTimeoutMs: 2_000 })
    const thrown: unknown[] = []
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.on('uncaughtException', error => thrown.push(error))
    try {
      const mine = new Error('mine')
      for (const event of ['connect', 'acquire', 'release'])
        pool.once(event, () => {
          throw mine
        })
      expect((await pool.query('SELECT 1::INT4 AS a')).rows).toEqual([{ a: 1 }])
      await until('all were told', () => thrown.length >= 3)
      expect(thrown).toEqual([mine, mine, mine])
      expect(pool).toMatchObject({ totalCount: 1, idleCount: 1 })
    } finally {
      process.removeAllListeners('uncaughtException')
      for (const other of others) process.on('uncaughtException', other)
    }
  })

  it('refuses what is no query, and a second release', async () => {
    const pool = open()
    const odd: { query(...parts: unknown[]): unknown } = pool
    expect(() => odd.query(undefined)).toThrow(TypeError)
    expect(() => odd.query('SELECT $1', 'x')).toThrow(TypeError)
    const client = await pool.connect()
    client.release()
    expect(() => client.release()).toThrow('already been released')
  })
})

describe('hygiene', () => {
  it('keeps the connection after an SQL error', async () => {
    const pool = open({ max: 1 })
    const backend = async (): Promise<unknown> => (await pool.query('SELECT pg_backend_pid() AS pid')).rows[0]
    const before = await backend()
    for (const bad of ['SELECT 1/0', 'SELEC', 'SELECT * FROM nothing_here']) await caught(pool.query(bad))
    await caught(pool.query('SELECT $1::INT8', ['x']))
    await caught(pool.query('SELECT $1::INT8 / 0', [5]))
    expect(await backend()).toEqual(before)
    expect(pool.totalCount).toBe(1)
  })

  it('rolls back a transaction that a client was released in', async () => {
    const pool = open({ max: 1 })
    await pool.query('CREATE TABLE left_open (id INT8 PRIMARY KEY)')
    const client = await pool.connect()
    await client.query('BEGIN')
    await client.query('INSERT INTO left_open VALUES (1)')
    client.release()
    expect((await pool.query('SELECT * FROM left_open')).rows).toEqual([])
    const failed = await pool.connect()
    await failed.query('BEGIN')
    await caught(failed.query('SELECT 1/0'))
    failed.release()
    expect((await pool.query('SELECT 1::INT4 AS a')).rows).toEqual([{ a: 1 }])
  })

  it('serves those who wait in the order they came', async () => {
    const pool = open({ max: 1 })
    const client = await pool.connect()
    const order: number[] = []
    const waiting = Array.from({ length: 5 }, async (_, at) => {
      await pool.query('SELECT 1')
      order.push(at)
    })
    expect(pool.waitingCount).toBe(5)
    client.release()
    await Promise.all(waiting)
    expect(order).toEqual([0, 1, 2, 3, 4])
  })

  it('says what it was doing when nobody released in time', async () => {
    const pool = open({ max: 2 })
    const held = await Promise.all([pool.connect(), pool.connect()])
    const error = await caught(pool.acquire({ timeoutMs: 50 })) // counts from here: connecting may take its time
    expect(error).toMatchObject({
      code: 'CERCI_POOL_TIMEOUT',
      message: expect.stringMatching(/of at most 2, 2 were in use, 0 idle and 0 connecting/),
    })
    for (const client of held) client.release()
    expect((await pool.query('SELECT 1::INT4 AS a')).rows).toEqual([{ a: 1 }])
  })

  it('opens min connections to warm up, and no more than max', async () => {
    const pool = open({ min: 3, max: 4 })
    await pool.warmUp()
    expect(pool).toMatchObject({ totalCount: 3, idleCount: 3 })
    await Promise.all(Array.from({ length: 20 }, () => pool.query('SELECT 1')))
    expect(pool.totalCount).toBe(4)
  })

  it('replaces connections at the end of their lifetime', async () => {
    const pool = open({ max: 1, maxLifetimeMs: 50 })
    const first = (await pool.query('SELECT pg_backend_pid() AS pid')).rows[0]
    await until('the old connection is gone', () => pool.totalCount === 0)
    expect((await pool.query('SELECT pg_backend_pid() AS pid')).rows[0]).not.toEqual(first)
  })

  it('closes idle connections above min', async () => {
    const pool = open({ min: 1, max: 3, idleTimeoutMs: 20 })
    await Promise.all([pool.query('SELECT 1'), pool.query('SELECT 1'), pool.query('SELECT 1')])
    expect(pool.totalCount).toBe(3)
    await until('one connection is left', () => pool.totalCount === 1)
  })

  it('runs onConnect before anybody gets the connection', async () => {
    const pool = open({
      max: 1,
      onConnect: async client => void (await client.query("SET application_name = 'hooked'")),
    })
    expect((await pool.query('SHOW application_name')).rows).toEqual([{ application_name: 'hooked' }])
    const failing = open({ onConnect: () => Promise.reject(new Error('not today')) })
    expect(await caught(failing.query('SELECT 1'))).toMatchObject({
      code: 'CERCI_CONNECTION',
      cause: { message: 'not today' },
    })
  })

  it('passes session settings', async () => {
    const pool = open({ applicationName: 'my app', statementTimeoutMs: 12_345, session: { search_path: 'a, b' } })
    expect((await pool.query('SHOW application_name')).rows).toEqual([{ application_name: 'my app' }])
    expect((await pool.query('SHOW search_path')).rows).toEqual([{ search_path: 'a, b' }])
  })

  it('asks a password function for every connection', async () => {
    let asked = 0
    const pool = open({ password: () => `token ${++asked}` })
    await pool.query('SELECT 1')
    expect(pool.options.password).toBeTypeOf('function')
  })
})

describe('prepared statements', () => {
  it('names a statement from its second use on, and tells columns without asking again', async () => {
    const pool = open({ max: 1 })
    const text = 'SELECT $1::TEXT AS named'
    for (const value of ['a', 'b', 'c', 'd']) expect((await pool.query(text, [value])).rows).toEqual([{ named: value }])
    expect((await pool.query({ text, values: ['e'], rowMode: 'array' })).rows).toEqual([['e']])
    expect(await preparedTexts(pool)).toContain(text)
  })

  it('keeps a bounded number of them, and closes the rest on the server', async () => {
    const pool = open({ max: 1, statementCacheSize: 3 })
    for (let round = 0; round < 2; round++)
      for (let n = 0; n < 8; n++) await pool.query(`SELECT ${n}::INT4 AS n, $1::TEXT AS x`, ['v'])
    expect((await preparedTexts(pool)).filter(text => text.includes('AS x')).length).toBeLessThanOrEqual(3)
  })

  it('prepares anew when a schema change makes a plan stale', async () => {
    const pool = open({ max: 1 })
    await pool.query('CREATE TABLE changing (id INT8 PRIMARY KEY)')
    await pool.query('INSERT INTO changing VALUES (1)')
    for (let n = 0; n < 3; n++) await pool.query('SELECT * FROM changing')
    await pool.query("ALTER TABLE changing ADD COLUMN name TEXT DEFAULT 'x'")
    expect((await pool.query('SELECT * FROM changing')).rows).toEqual([{ id: '1', name: 'x' }])
    expect((await pool.query('SELECT * FROM changing')).rows).toEqual([{ id: '1', name: 'x' }])
  })

  it('prepares anew what the server forgot', async () => {
    const pool = open({ max: 1 })
    for (let n = 0; n < 3; n++) await pool.query('SELECT $1::TEXT AS forgotten', ['a'])
    await pool.query('DEALLOCATE ALL')
    expect((await pool.query('SELECT $1::TEXT AS forgotten', ['b'])).rows).toEqual([{ forgotten: 'b' }])
  })

  it('goes on after a statement that fails while it is being prepared', async () => {
    const pool = open({ max: 1 })
    const text = 'SELECT $1::INT8 / $2::INT8 AS q'
    expect((await pool.query(text, [4, 2])).rows).toHaveLength(1)
    expect(await caught(pool.query(text, [4, 0]))).toMatchObject({ code: '22012' })
    expect(await caught(pool.query(text, ['x', 1]))).toMatchObject({ code: '22P02' })
    expect((await pool.query(text, [4, 2])).rows).toHaveLength(1)
  })

  it('can be switched off, for poolers of transactions', async () => {
    const pool = open({ max: 1, preparedStatements: false })
    for (let n = 0; n < 3; n++) await pool.query('SELECT $1::TEXT AS unnamed', ['a'])
    expect((await preparedTexts(pool)).filter(text => text.includes('unnamed'))).toEqual([])
  })

  it('refuses one name for two texts, as node-postgres does', async () => {
    const pool = open({ max: 1 })
    await pool.query({ name: 'one', text: 'SELECT 1' })
    expect(await caught(pool.query({ name: 'one', text: 'SELECT 2' }))).toMatchObject({
      message: expect.stringContaining('must be unique'),
    })
    expect((await pool.query('SELECT 3::INT4 AS a')).rows).toEqual([{ a: 3 }])
  })

  it('fails before sending when a value cannot be sent', async () => {
    const pool = open({ max: 1 })
    const bad = { toPostgres: () => bad }
    expect(await caught(pool.query('SELECT $1::TEXT', [bad]))).toBeInstanceOf(TypeError)
    expect(await caught(pool.query('SELECT $1::TEXT', [() => 1]))).toBeInstanceOf(TypeError)
    expect((await pool.query('SELECT $1::TEXT AS a', ['ok'])).rows).toEqual([{ a: 'ok' }])
  })

  it('passes on what a parser throws, and keeps the connection', async () => {
    const pool = open({ max: 1 })
    const types: pg.CustomTypesConfig = {
      getTypeParser: () => () => {
        throw new Error('cannot parse')
      },
    }
    expect(await caught(pool.query({ text: 'SELECT 1 AS a', types }))).toMatchObject({ message: 'cannot parse' })
    expect(pool.totalCount).toBe(1)
  })
})

describe('limits', () => {
  it('cancels a statement on the server when its time is up', async () => {
    const pool = open({ max: 1 })
    const began = performance.now()
    await pool.query('SELECT 1') // connecting counts as well
    const error = await caught(pool.query({ text: 'SELECT pg_sleep(20)', timeoutMs: 50 }))
    expect(error).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT', timeoutMs: expect.any(Number), sqlState: '57014' })
    expect(performance.now() - began).toBeLessThan(5_000)
    expect((await pool.query('SELECT 1::INT4 AS a')).rows).toEqual([{ a: 1 }])
    expect(pool.totalCount).toBe(1)
  })

  it('cancels a statement on the server when its signal fires', async () => {
    const pool = open({ max: 1 })
    const controller = new AbortController()
    const running = caught(pool.query({ text: 'SELECT pg_sleep(20)', signal: controller.signal }))
    setTimeout(() => controller.abort(new Error('browser closed')), 50)
    expect(await running).toMatchObject({ code: 'CERCI_QUERY_ABORTED', cause: { message: 'browser closed' } })
    expect((await pool.query('SELECT 1::INT4 AS a')).rows).toEqual([{ a: 1 }])
    expect(await caught(pool.query({ text: 'SELECT 1', signal: controller.signal }))).toMatchObject({
      code: 'CERCI_QUERY_ABORTED',
    })
  })

  it('ends waiting for a connection by signal and by time', async () => {
    const pool = open({ max: 1 })
    const client = await pool.connect()
    const controller = new AbortController()
    const aborted = caught(pool.query({ text: 'SELECT 1', signal: controller.signal }))
    const late = caught(pool.query({ text: 'SELECT 1', timeoutMs: 30 }))
    controller.abort()
    expect(await aborted).toMatchObject({ code: 'CERCI_QUERY_ABORTED' })
    expect(await late).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT' })
    expect(pool.waitingCount).toBe(0)
    client.release()
  })

  it('has a default for all statements', async () => {
    const pool = open({ queryTimeoutMs: 50 })
    expect(await caught(pool.query('SELECT pg_sleep(20)'))).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT' })
    const client = await pool.connect()
    expect(await caught(client.query('SELECT pg_sleep(20)'))).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT' })
    client.release()
  })
})

describe('closing', () => {
  it('lets what runs and waits finish', async () => {
    const pool = open({ max: 1 })
    await pool.query('SELECT 1')
    const running = [pool.query('SELECT pg_sleep(0.05)'), pool.query("SELECT 'waited' AS a")]
    const closed = pool.close()
    expect(await caught(pool.query('SELECT 1'))).toMatchObject({ code: 'CERCI_POOL_CLOSED' })
    const results = await Promise.all(running)
    expect(results.at(-1)?.rows).toEqual([{ a: 'waited' }])
    await closed
    expect(pool).toMatchObject({ ending: true, ended: true, totalCount: 0 })
    await pool.close()
  })

  it('cancels what runs at the deadline, and settles everybody', async () => {
    const pool = open({ max: 1 })
    const running = caught(pool.query('SELECT pg_sleep(20)'))
    const waiting = caught(pool.query('SELECT 1'))
    await until('the statement runs', () => pool.totalCount === 1 && pool.idleCount === 0 && pool.waitingCount === 1)
    const began = performance.now()
    await pool.close({ deadlineMs: 100 })
    expect(performance.now() - began).toBeLessThan(4_000)
    expect(await running).toMatchObject({ code: '57014' })
    expect(await waiting).toMatchObject({ code: 'CERCI_POOL_CLOSED' })
  })

  it('cuts clients that are never released', async () => {
    const pool = open({ max: 1 })
    const client = await pool.connect()
    await pool.close({ deadlineMs: 10 })
    expect(await caught(client.query('SELECT 1'))).toMatchObject({
      code: 'CERCI_CONNECTION_LOST',
      cause: { code: 'CERCI_POOL_CLOSED' },
    })
    client.release()
    expect(pool.totalCount).toBe(0)
  })
})

/** Asked over the pool's one connection, since prepared statements belong to a session. */
async function preparedTexts(pool: CerciPool): Promise<string[]> {
  const { rows } = await pool.query<{ statement: string }>('SELECT statement FROM pg_prepared_statements')
  return rows.map(({ statement }) => statement)
}
