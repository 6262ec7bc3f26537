import { once } from 'node:events'
import type pg from 'pg'
import { Pool, Query } from 'pg'
import { describe, expect, it } from 'vitest'
import { CerciPool } from '../../src/pool/cerci-pool.js'
import { caught, until } from '../fixture/caught.js'
import { poolsOfFreshDatabase } from '../fixture/pools.js'

const open = await poolsOfFreshDatabase()

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
      reason: 'busy',
      message: expect.stringMatching(
        /of at most 2, 2 were in use, 0 idle and 0 connecting.* Release .* or raise `max`\.$/,
      ),
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

  it('names what it does not know in one warning of the process', async () => {
    const warned = once(process, 'warning')
    open({ connectionString: 'postgresql://h/d?foo=1&connection_limit=3&secret_thing=hunter2' })
    expect(await warned).toMatchObject([
      {
        name: 'CerciOptionWarning',
        message: 'Cerci does not know these options or URL parameters, and ignores them: foo, secret_thing.',
      },
    ])
  })
})
