import { Query } from 'pg'
import { describe, expect, it } from 'vitest'
import { LazyPool } from '../../src/pool/lazy-pool.js'
import { LazySession } from '../../src/pool/lazy-session.js'
import { readQueryArguments } from '../../src/query/query-request.js'
import { openDatabase } from '../fixture/database.js'

const cluster = await openDatabase({ max: 4 })
await cluster.query('CREATE TABLE kept (id INT8 PRIMARY KEY)')

/** Connections that callers hold. */
function held(): number {
  return cluster.pool.totalCount - cluster.pool.idleCount
}

describe('LazySession', () => {
  it('borrows no connection for lone reads and writes', async () => {
    const session = await new LazyPool(cluster.pool).connect()
    expect((await session.query('SELECT id FROM kept')).rows).toEqual([])
    expect((await session.query({ text: 'INSERT INTO kept VALUES ($1)', values: [1] })).rowCount).toBe(1)
    expect((await session.query('SELECT id FROM kept WHERE id = $1', [1])).rows).toEqual([{ id: '1' }])
    expect(held()).toBe(0)
    session.release()
  })

  it('keeps one connection from the first statement that needs a session until its release', async () => {
    const session = new LazySession(cluster.pool)
    await session.query("SET application_name = 'lazy'")
    expect(held()).toBe(1)
    for (let run = 0; run < 5; run++)
      expect((await session.query('SHOW application_name')).rows).toEqual([{ application_name: 'lazy' }])
    await session.query('BEGIN')
    await session.query('INSERT INTO kept VALUES (2)')
    await session.query('ROLLBACK')
    session.release()
    expect(held()).toBe(0)
    expect((await cluster.query('SELECT id FROM kept')).rows).toEqual([{ id: '1' }])
  })

  it('runs callbacks, and statements asked for before the connection has come, in their order', async () => {
    const session = new LazySession(cluster.pool)
    const order: unknown[] = []
    const begun = new Promise(resolve => void session.query('BEGIN', (_: unknown, result: unknown) => resolve(result)))
    const read = session.query('SELECT 1::INT4 AS one')
    order.push(await begun, await read)
    expect(order).toMatchObject([{ command: 'BEGIN' }, { rows: [{ one: 1 }] }])
    expect(session.query('COMMIT', () => {})).toBeUndefined()
    session.release()
  })

  it('returns query objects at once, and tells them when there is no connection', async () => {
    const session = new LazySession(cluster.pool)
    const query = new Query('SELECT 7::INT4 AS seven')
    expect(session.query(query)).toBe(query)
    const row = await new Promise(resolve => void query.on('row', resolve))
    expect(row).toEqual({ seven: 7 })
    session.release()

    const closed = await openDatabase()
    await closed.close()
    const refused = new Query('SELECT 1')
    const failure = new Promise(resolve => void refused.on('error', resolve))
    new LazySession(closed.pool).query(refused)
    expect(await failure).toMatchObject({ code: 'CERCI_POOL_CLOSED' })
  })

  it('runs what is read already, alone or on its own connection', async () => {
    const session = new LazySession(cluster.pool)
    const run = async (text: string): Promise<unknown> =>
      await new Promise((resolve, reject) => {
        const done = (error: unknown, result: unknown) => (error === undefined ? resolve(result) : reject(error))
        session.run(readQueryArguments(text, undefined), done)
      })
    expect(await run('SELECT 1::INT4 AS one')).toMatchObject({ rows: [{ one: 1 }] })
    await expect(run('SELECT nothing')).rejects.toMatchObject({ code: '42703' })
    expect(held()).toBe(0)
    const both = Promise.all([run('BEGIN'), run('SELECT 2::INT4 AS two')])
    expect(await both).toMatchObject([{ command: 'BEGIN' }, { rows: [{ two: 2 }] }])
    expect(held()).toBe(1)
    await run('COMMIT')
    session.release()
    expect(() => session.run(readQueryArguments('SELECT 1', undefined), () => {})).toThrow('released')

    const closed = await openDatabase()
    await closed.close()
    for (const text of ['SELECT 1', 'BEGIN']) {
      const failure = new Promise(resolve => {
        new LazySession(closed.pool).run(readQueryArguments(text, undefined), resolve)
      })
      expect(await failure).toMatchObject({ code: 'CERCI_POOL_CLOSED' })
    }
  })

  it('gives back a connection that comes after its release, once, and refuses to be used then', async () => {
    const session = new LazySession(cluster.pool)
    const begun = session.query('SET application_name = DEFAULT')
    session.release()
    expect(() => session.query('SELECT 1')).toThrow('released')
    session.release()
    await begun.catch(() => {})
    await expect.poll(held).toBe(0)
  })
})
