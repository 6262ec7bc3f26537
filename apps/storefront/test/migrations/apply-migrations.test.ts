import { Cluster } from 'cerci'
import { afterAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { applyMigrations } from '../../src/migrations/apply-migrations.js'
import { readMigrations } from '../../src/migrations/read-migrations.js'

const url = await freshDatabase()
const cluster = new Cluster({ connectionString: url })

afterAll(() => cluster.close())

test('goes on with the statement that failed', async () => {
  const first = 'CREATE TABLE IF NOT EXISTS one (id INT4 PRIMARY KEY)'
  const second = 'CREATE TABLE IF NOT EXISTS two (id INT4 PRIMARY KEY)'
  const broken = { name: '001-tables', statements: [first, 'CREATE TABLE', second], multiRegion: false }
  await expect(applyMigrations(cluster, [broken])).rejects.toThrow(/syntax/)
  const repaired = {
    name: '001-tables',
    multiRegion: false,
    statements: [first, 'CREATE TABLE IF NOT EXISTS three (id INT4 PRIMARY KEY)', second],
  }
  expect(await applyMigrations(cluster, [repaired])).toBe(2)
  expect(await applyMigrations(cluster, [repaired])).toBe(0)
})

test('lets a statement take longer than statements of requests may', async () => {
  const hurried = new Cluster({ connectionString: url, queryTimeoutMs: 2000 })
  const slow = { name: '002-slow', statements: ['SELECT pg_sleep(3)'], multiRegion: false }
  await expect(hurried.query('SELECT pg_sleep(3)')).rejects.toMatchObject({ code: 'CERCI_QUERY_TIMEOUT' })
  expect(await applyMigrations(hurried, [slow])).toBe(1)
  await hurried.close()
})

test('applies the storefront’s own, once, and leaves regions to databases that have them', async () => {
  const migrations = await readMigrations()
  const statements = migrations.filter(({ multiRegion }) => !multiRegion).flatMap(migration => migration.statements)
  expect(statements.length).toBeGreaterThan(5)
  expect(migrations.filter(({ multiRegion }) => multiRegion)).toHaveLength(1)
  expect(await applyMigrations(cluster, migrations)).toBe(statements.length)
  expect(await applyMigrations(cluster, migrations)).toBe(0)
})
