import type { Client } from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { engineUnderTest } from './sql-user.js'

const { connect } = engineUnderTest()
let client: Client
beforeAll(async () => {
  client = await connect()
})

async function rows(sql: string): Promise<unknown[][]> {
  return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows
}

describe('facts about columns', () => {
  test('follow their column through a rename, and go with it', async () => {
    await client.query(
      `CREATE TABLE passing (a int8, b int8); SELECT cerci_set_column('passing', 'b', true, 'INT8', 'now()')`,
    )
    await client.query('ALTER TABLE passing RENAME b TO c')
    expect(await rows(`SELECT column_name FROM cerci_show_columns('passing') WHERE is_hidden`)).toEqual([['c']])
    await client.query(`SELECT cerci_set_column('passing', 'c', false, '', '')`)
    expect(
      await rows(`SELECT hidden, crdb_type, on_update FROM cerci_columns WHERE relid = 'passing'::regclass`),
    ).toEqual([[false, null, null]])
    await client.query('ALTER TABLE passing DROP COLUMN c')
    expect(await rows(`SELECT count(*)::int4 FROM cerci_columns WHERE relid = 'passing'::regclass`)).toEqual([[0]])
  })

  test('roll back with the transaction', async () => {
    await client.query(
      `BEGIN; CREATE TABLE gone (a int8); SELECT cerci_set_column('gone', 'a', true, NULL, NULL); ROLLBACK`,
    )
    expect(
      await rows(
        `SELECT count(*)::int4 FROM cerci_columns c WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = c.relid)`,
      ),
    ).toEqual([[0]])
  })

  test('do not make concurrent serializable DDL fail', async () => {
    const [a, b] = [await connect(), await connect()]
    for (const [index, one] of [a, b].entries()) {
      await one.query('BEGIN ISOLATION LEVEL SERIALIZABLE')
      await one.query('SELECT count(*) FROM cerci_columns')
      await one.query(
        `CREATE TABLE parallel_${index} (a int8); SELECT cerci_set_column('parallel_${index}', 'a', true, NULL, NULL)`,
      )
    }
    await a.query('COMMIT')
    expect(await b.query('COMMIT')).toMatchObject({ command: 'COMMIT' })
  })

  test('a column that does not exist is 42703', async () => {
    await client.query('CREATE TABLE users (id int8)')
    await expect(client.query(`SELECT cerci_set_column('users', 'nope', true, NULL, NULL)`)).rejects.toMatchObject({
      code: '42703',
    })
  })
})
