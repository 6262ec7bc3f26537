import type pg from 'pg'
import { describe, expect, it } from 'vitest'
import type { CerciPool } from '../../src/pool/cerci-pool.js'
import { caught } from '../fixture/caught.js'
import { poolsOfFreshDatabase } from '../fixture/pools.js'

const open = await poolsOfFreshDatabase()

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

/** Asked over the pool's one connection, since prepared statements belong to a session. */
async function preparedTexts(pool: CerciPool): Promise<string[]> {
  const { rows } = await pool.query<{ statement: string }>('SELECT statement FROM pg_prepared_statements')
  return rows.map(({ statement }) => statement)
}
