import { createServer } from 'node:http'
import { afterAll, describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.js'
import * as cerci from '../../src/index.js'
import { caught } from '../fixture/caught.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase({ max: 2 })
await db.query('CREATE TABLE things (id INT8 PRIMARY KEY)')

/** Calls as JavaScript does, without the types that would not let it through: so come settings from files and from the environment. */
function call(target: object, method: string, ...values: unknown[]): unknown {
  const called: unknown = Reflect.get(target, method)
  return typeof called === 'function' ? Reflect.apply(called, target, values) : undefined
}

async function optionOf(run: () => unknown): Promise<unknown> {
  const error = await caught((async () => await run())())
  expect(error).toMatchObject({ code: 'CERCI_INVALID_OPTION' })
  return Reflect.get(Object(error), 'option')
}

describe('what cannot be used is refused, with the name of the option', () => {
  it.each<[string, unknown]>([
    ['connectionString', undefined],
    ['connectionString', ''],
    ['connectionString', 'postgresql://root@h1:26257,/d'],
    ['hosts', { hosts: 'h1' }],
    ['hosts', { hosts: [undefined] }],
    ['hosts', { hosts: [{ host: 'h1', port: 0 }] }],
    ['sslmode', { hosts: ['h1'], sslmode: 'verify' }],
    ['types', { hosts: ['h1'], types: {} }],
    ['min', { hosts: ['h1'], min: 3, max: 2 }],
    ['connectTimeoutMs', { hosts: ['h1'], connectTimeoutMs: 'unlimited' }],
    ['preset', { hosts: ['h1'], preset: 'lambda' }],
  ])('of a cluster: %s %j', async (option, given) => {
    expect(await optionOf(() => Reflect.construct(Cluster, [given]))).toBe(option)
  })

  it.each<[string, object]>([
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: Number.NaN }],
    ['timeoutMs', { timeoutMs: '50' }],
    ['query_timeout', { query_timeout: -1 }],
    ['signal', { signal: new AbortController() }],
    ['types', { types: {} }],
  ])('of a query: %s %j', async (option, given) => {
    expect(await optionOf(() => db.query({ text: 'SELECT 1', ...given }))).toBe(option)
    expect(await optionOf(() => db.pool.query({ text: 'SELECT 1', ...given }))).toBe(option)
    expect((await db.query('SELECT 1::INT4 AS n')).rows).toEqual([{ n: 1 }])
  })

  it.each<[string, object]>([
    ['deadlineMs', { deadlineMs: '5s' }],
    ['signal', { signal: new AbortController() }],
    ['protocol', { protocol: 'savepoint' }],
    ['verify', { verify: true }],
  ])('of a transaction: %s', async (option, given) => {
    expect(await optionOf(() => db.transaction(tx => tx.query('SELECT 1'), given))).toBe(option)
  })

  it('of everything else', async () => {
    const rows = [{ id: 1 }]
    const cases: [string, () => unknown][] = [
      ['fn', () => call(db, 'transaction', 'BEGIN')],
      ['batch', () => call(db, 'batch', 'SELECT 1')],
      ['signal', () => call(db, 'batch', ['SELECT 1'], { signal: {} })],
      ['timeoutMs', () => db.health({ timeoutMs: 0 })],
      ['rows', () => call(cerci, 'insertMany', db, 'things', Promise.resolve(rows))],
      ['onConflict', () => call(cerci, 'insertMany', db, 'things', rows, { onConflict: 'ignore' })],
      ['onError', () => call(cerci, 'insertMany', db, 'things', rows, { onError: 'skip' })],
      ['where', () => call(cerci, 'deleteWhere', db, 'things', {})],
      ['cluster', () => db.transaction(async tx => await call(cerci, 'copyFrom', tx, 'things', rows))],
      ['coalesce', () => call(cerci, 'coalesce', db, {})],
      ['by', () => call(cerci, 'coalesce', db, { text: 'SELECT 1', input: { id: 'INT8' } })],
      ['int8', () => call(cerci, 'valueTypes', { int8: 'number' })],
    ]
    for (const [option, run] of cases) expect(await optionOf(run)).toBe(option)
    expect((await db.query('SELECT count(*) AS n FROM things')).rows).toEqual([{ n: '0' }])
  })
})

describe('statements that would not do what they say are refused before they are sent', () => {
  it('BEGIN on a pool, whose next statement would go to another connection', async () => {
    expect(await optionOf(() => db.query('BEGIN'))).toBe('text')
    expect(await optionOf(() => db.pool.query('start transaction'))).toBe('text')
  })

  it.each(['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'ABORT'])(
    '%s in a transaction, which begins and ends by itself',
    async text => {
      expect(
        await optionOf(() =>
          db.transaction(async tx => {
            await tx.query('INSERT INTO things VALUES (7)')
            await tx.query(text)
          }),
        ),
      ).toBe('text')
      expect((await db.query('SELECT count(*) AS n FROM things')).rows).toEqual([{ n: '0' }])
    },
  )
})

describe('a wrong address is told from a node that is down', () => {
  const web = createServer((_, response) => response.end('hello'))
  afterAll(() => web.close())

  it('says so of a port that speaks another protocol', async () => {
    await new Promise<void>(resolve => web.listen(0, '127.0.0.1', resolve))
    const address = web.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const cluster = new Cluster(`postgresql://root@127.0.0.1:${port}/d`)
    expect(await caught(cluster.query('SELECT 1'))).toMatchObject({
      code: 'CERCI_CONNECTION',
      message: expect.stringContaining('does not speak the PostgreSQL protocol'),
    })
    await cluster.close()
  })

  it('says that no host was given when none was, as where an environment variable is missing', async () => {
    const cluster = new Cluster({ connectionString: undefined, mapAddress: () => ({ host: '127.0.0.1', port: 1 }) })
    expect(await caught(cluster.query('SELECT 1'))).toMatchObject({
      message: expect.stringMatching(/localhost:26257: .* \(no host was given/),
    })
    await cluster.close()
  })
})
