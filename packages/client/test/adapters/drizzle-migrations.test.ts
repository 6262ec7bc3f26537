import { DevCluster, lostReplies } from '@cerci/dev-cluster'
import { expect, it } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { applyMigrations, type DrizzleMigration } from '../../src/adapters/drizzle.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { caught } from '../fixture/caught.js'
import { openDatabase } from '../fixture/database.js'

const create = 'CREATE TABLE counted (id INT8 PRIMARY KEY)'
const count = 'INSERT INTO counted SELECT count(*) FROM counted'

function migration(...sql: string[]): DrizzleMigration {
  return { sql, hash: sql.join(';'), folderMillis: 1, name: '0001_counted' }
}

async function counted(cluster: Cluster): Promise<number> {
  return (await cluster.query('SELECT id FROM counted')).rows.length
}

it('goes on at the statement that failed, once that is corrected, and repeats none before it', async () => {
  const cluster = await openDatabase()
  const failed = applyMigrations(cluster, [migration(create, count, 'ALTER TABLE nowhere ADD COLUMN a INT8', count)])
  expect(await caught(failed)).toMatchObject({
    code: 'CERCI_MIGRATION_FAILED',
    migration: '0001_counted',
    statement: 'ALTER TABLE nowhere ADD COLUMN a INT8',
    sqlState: '42P01',
    message: expect.stringContaining(
      'Migration 0001_counted failed at ALTER TABLE nowhere ADD COLUMN a INT8: relation',
    ),
    cause: { code: '42P01' },
  })
  await applyMigrations(cluster, [migration(create, count, 'ALTER TABLE counted ADD COLUMN a INT8', count)])
  expect(await counted(cluster)).toBe(2)
  expect((await cluster.query('SELECT name FROM drizzle.__drizzle_migrations')).rows).toEqual([
    { name: '0001_counted' },
  ])
  expect((await cluster.query('SELECT * FROM drizzle.__cerci_progress')).rows).toEqual([])
})

it('says which write failed, too', async () => {
  const cluster = await openDatabase()
  const failed = applyMigrations(cluster, [migration(create, count, 'INSERT INTO counted VALUES (0)')])
  expect(await caught(failed)).toMatchObject({
    code: 'CERCI_MIGRATION_FAILED',
    statement: 'INSERT INTO counted VALUES (0)',
    sqlState: '23505',
  })
})

it('refuses to go on when what was applied has changed, and says what that was', async () => {
  const cluster = await openDatabase()
  await caught(applyMigrations(cluster, [migration(create, count, 'ALTER TABLE nowhere ADD COLUMN a INT8')]))
  const changed = applyMigrations(cluster, [migration(create, 'UPDATE counted SET id = 7')])
  expect(await caught(changed)).toMatchObject({ code: 'CERCI_MIGRATION_CHANGED', statement: count })
  expect((await cluster.query('SELECT id FROM counted')).rows).toEqual([{ id: '0' }])
})

describeFaults('a migration that is cut off', () => {
  it.each([
    ['that makes something', 'CREATE TABLE counted'],
    ['that removes something', 'ALTER TABLE counted'],
  ])('at a schema change %s goes on from there', async (_, fingerprint) => {
    await using dev = await DevCluster.start()
    const cluster = new Cluster({ connectionString: dev.url })
    const renaming = migration(
      create,
      count,
      'ALTER TABLE counted RENAME TO renamed',
      count.replaceAll('counted', 'renamed'),
      'ALTER TABLE renamed RENAME TO counted',
    )
    dev.faults.add(lostReplies({ fingerprint, times: 1 }))
    await caught(applyMigrations(cluster, [renaming]))
    expect(dev.faults.list()[0]?.hits).toBe(1)
    await applyMigrations(cluster, [renaming])
    expect(await counted(cluster)).toBe(2)
    await cluster.close()
  })

  it('at the COMMIT of a write finds out whether it happened', async () => {
    await using dev = await DevCluster.start()
    const cluster = new Cluster({ connectionString: dev.url })
    await applyMigrations(cluster, [])
    dev.faults.add(lostReplies({ fingerprint: 'COMMIT', times: 1 }))
    await applyMigrations(cluster, [migration(create, count)])
    expect(dev.faults.list()[0]?.hits).toBe(1)
    expect(await counted(cluster)).toBe(1)
    await cluster.close()
  })
})
