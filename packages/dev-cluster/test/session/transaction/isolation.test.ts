import { afterEach, expect, it } from 'vitest'
import { sessionCluster } from '../session-cluster.js'

const cluster = await sessionCluster()
const settings = ['sql.txn.read_committed_isolation.enabled', 'sql.txn.repeatable_read_isolation.enabled'] as const

afterEach(() => {
  for (const name of settings) cluster.topology.setSetting(name, 'default')
})

it.each([
  [true, true, 'READ UNCOMMITTED', 'read committed'],
  [true, false, 'REPEATABLE READ', 'serializable'],
  [true, true, 'REPEATABLE READ', 'repeatable read'],
  [false, true, 'READ COMMITTED', 'repeatable read'],
  [false, false, 'READ COMMITTED', 'serializable'],
  [false, true, 'SERIALIZABLE', 'serializable'],
])('with READ COMMITTED %s and REPEATABLE READ %s, %s is %s', async (committed, repeatable, asked, granted) => {
  const client = await cluster.connect()
  await client.query(`SET CLUSTER SETTING ${settings[0]} = ${committed}`)
  await client.query(`SET CLUSTER SETTING ${settings[1]} = ${repeatable}`)
  const shown = async () => (await client.query('SHOW TRANSACTION ISOLATION LEVEL')).rows
  await client.query(`BEGIN ISOLATION LEVEL ${asked}`)
  expect(await shown()).toEqual([{ transaction_isolation: granted }])
  await client.query('ROLLBACK')
  await client.query('BEGIN')
  await client.query(`SET TRANSACTION ISOLATION LEVEL ${asked}`)
  expect(await shown()).toEqual([{ transaction_isolation: granted }])
  await client.query('ROLLBACK')
  await client.query(`SET default_transaction_isolation = '${asked.toLowerCase()}'`)
  expect(await shown()).toEqual([{ transaction_isolation: granted }])
})

it('REPEATABLE READ reads one snapshot, and lets write skew be', async () => {
  cluster.topology.setSetting(settings[1], 'true')
  const [one, two] = [await cluster.connect(), await cluster.connect()]
  await one.query('CREATE TABLE duty (name STRING PRIMARY KEY, duty BOOL)')
  await one.query("INSERT INTO duty VALUES ('a', true), ('b', true)")
  for (const client of [one, two]) {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    expect((await client.query('SELECT count(*) AS n FROM duty WHERE duty')).rows).toEqual([{ n: '2' }])
  }
  await one.query("UPDATE duty SET duty = false WHERE name = 'a'")
  await one.query('COMMIT')
  expect((await two.query('SELECT count(*) AS n FROM duty WHERE duty')).rows).toEqual([{ n: '2' }])
  await two.query("UPDATE duty SET duty = false WHERE name = 'b'")
  await two.query('COMMIT')
  expect((await two.query('SELECT count(*) AS n FROM duty WHERE duty')).rows).toEqual([{ n: '0' }])
})
