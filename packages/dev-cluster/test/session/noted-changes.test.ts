import { expect, test, vi } from 'vitest'
import { sessionCluster } from './session-cluster.js'

const cluster = await sessionCluster()

test.each([
  ['simple', (sql: string) => sql],
  ['extended', (text: string) => ({ text, values: [] })],
])('the past is told of every statement that leaves old versions of rows, %s protocol', async (_protocol, query) => {
  const client = await cluster.connect()
  await client.query('DROP TABLE IF EXISTS n')
  await client.query('CREATE TABLE n (id int8 PRIMARY KEY, v int8)')
  const noted = vi.spyOn(cluster.history, 'noteChange')
  for (const sql of ['INSERT INTO n VALUES (1, 1)', 'SELECT v FROM n', 'BEGIN', 'COMMIT', 'SHOW TABLES']) {
    await client.query(query(sql))
  }
  expect(noted).not.toHaveBeenCalled()
  for (const sql of ['UPDATE n SET v = 2', 'upsert INTO n VALUES (1, 3)', ' DELETE FROM n WHERE id = 1']) {
    await client.query(query(sql))
    expect(noted.mock.calls.splice(0)).toEqual([[cluster.database]])
  }
  noted.mockRestore()
})
