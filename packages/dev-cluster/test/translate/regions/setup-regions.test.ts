import { expect, test } from 'vitest'
import { sessionCluster } from '../../session/session-cluster.js'

const cluster = await sessionCluster(2)

test('CREATE DATABASE with regions makes a multi-region database', async () => {
  const client = await cluster.connect()
  await client.query('CREATE DATABASE shop PRIMARY REGION "region-2" REGIONS "region-1"')
  await client.query('USE shop')
  const { rows } = await client.query('SELECT region, "primary" FROM [SHOW REGIONS FROM DATABASE]')
  expect(rows).toEqual([
    { region: 'region-2', primary: true },
    { region: 'region-1', primary: false },
  ])
  await client.query('CREATE TABLE orders (id INT PRIMARY KEY) LOCALITY REGIONAL BY ROW; INSERT INTO orders VALUES (1)')
  expect((await client.query('SELECT crdb_region FROM orders')).rows).toEqual([{ crdb_region: 'region-1' }])
  await client.query('DROP TABLE orders; ALTER DATABASE shop DROP REGION "region-1"')
})

test('a user who may create databases owns the regions’ type', async () => {
  const root = await cluster.connect()
  await root.query('CREATE USER keeper CREATEDB')
  const keeper = await cluster.connect({ user: 'keeper' })
  await keeper.query('CREATE DATABASE kept PRIMARY REGION "region-1"')
  await keeper.query('USE kept')
  await keeper.query('ALTER DATABASE kept ADD REGION "region-2"')
  expect((await keeper.query('SHOW ENUMS')).rows).toMatchObject([{ owner: 'keeper', values: ['region-1', 'region-2'] }])
})
