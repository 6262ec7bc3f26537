import { Cluster } from 'cerci'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freshDatabase, withDatabase } from '../../../../test/fixture/cluster.js'
import { ShadowDatabases } from '../../src/shadow/shadow-databases.js'

let cluster: Cluster
let url: string
beforeAll(async () => {
  url = await freshDatabase()
  cluster = new Cluster(url)
})
afterAll(() => cluster.close())

function shadows(database: string): ShadowDatabases {
  return new ShadowDatabases(cluster, database, name => new Cluster(withDatabase(url, name)))
}

async function names(): Promise<string[]> {
  const { rows } = await cluster.query<{ datname: string }>(
    "SELECT datname FROM pg_database WHERE datname LIKE 'cerci_prisma_shadow%'",
  )
  return rows.map(({ datname }) => datname)
}

it('is another database than the main one, and is dropped with its sessions still open', async () => {
  const made = shadows('a')
  const shadow = await made.create()
  const session = await shadow.cluster.pool.connect()
  const { rows } = await session.query('SELECT current_database() AS name')
  expect(rows).toEqual([{ name: shadow.name }])
  expect(await names()).toEqual([shadow.name])
  const dropped = shadow.drop()
  session.release()
  await dropped
  expect(await names()).toEqual([])
})

it('drops what a killed process left of the same database only', async () => {
  const [left, other] = [await shadows('left'.repeat(30)).create(), await shadows('other').create()]
  await shadows('left'.repeat(30)).dropLeftovers()
  expect(await names()).toEqual([other.name])
  await left.cluster.close()
  await other.drop()
  expect(await names()).toEqual([])
})
