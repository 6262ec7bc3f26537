import knex, { type Knex } from 'knex'
import { Kysely, Migrator } from 'kysely'
import { DataSource, type QueryRunner } from 'typeorm'
import { describe, expect, it } from 'vitest'
import { applyMigrations } from '../../src/adapters/drizzle.js'
import { knexOptions, migrateToLatest } from '../../src/adapters/knex.js'
import { CockroachDialect } from '../../src/adapters/kysely.js'
import { runMigrations, typeOrmOptions } from '../../src/adapters/typeorm.js'
import type { Cluster } from '../../src/cluster/cluster.js'
import { sqlStateOf } from '../../src/retry/sql-state-of.js'
import { caught } from '../fixture/caught.js'
import { openDatabase } from '../fixture/database.js'

/** Makes the tables `first` and `second`, in a migration each, and throws what the ORM throws. */
type Migrate = (cluster: Cluster) => Promise<unknown>

class First1700000000001 {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(createTable('first'))
  }
  async down(): Promise<void> {}
}

class Second1700000000002 {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(createTable('second'))
  }
  async down(): Promise<void> {}
}

const orms: Readonly<Record<string, Migrate>> = {
  Drizzle: cluster =>
    applyMigrations(
      cluster,
      ['first', 'second'].map((name, at) => ({ sql: [createTable(name)], hash: name, folderMillis: at, name })),
    ),
  Knex: async cluster => {
    const db = knex({ ...knexOptions(cluster) })
    const migrationSource: Knex.MigrationSource<string> = {
      getMigrations: () => Promise.resolve(['first', 'second']),
      getMigrationName: name => name,
      getMigration: name =>
        Promise.resolve({ up: async trx => await trx.raw(createTable(name)), down: () => Promise.resolve() }),
    }
    await migrateToLatest(cluster, db, { migrationSource, disableTransactions: true })
  },
  Kysely: async cluster => {
    const db = new Kysely<unknown>({ dialect: new CockroachDialect(cluster) })
    const provider = {
      getMigrations: () =>
        Promise.resolve({
          '1': {
            up: async (on: Kysely<unknown>) => await on.schema.createTable('first').addColumn('id', 'int8').execute(),
          },
          '2': {
            up: async (on: Kysely<unknown>) => await on.schema.createTable('second').addColumn('id', 'int8').execute(),
          },
        }),
    }
    const { error } = await new Migrator({ db, provider }).migrateToLatest()
    if (error !== undefined) throw error
  },
  TypeORM: async cluster => {
    const migrations = [First1700000000001, Second1700000000002]
    const source = await new DataSource({ ...typeOrmOptions(cluster), migrations }).initialize()
    await runMigrations(cluster, source)
  },
}

describe('a migration lock that is lost while a migration runs', () => {
  it.each(Object.entries(orms))('lets %s finish that one, and begin no other', async (_, migrate) => {
    const cluster = await openDatabase()
    const unobserve = loseLockAt(cluster, 'first')
    expect(await caught(migrate(cluster))).toMatchObject({ code: 'CERCI_MIGRATION_LOCK_LOST' })
    unobserve()
    expect(await made(cluster)).toEqual(['first'])
    await migrate(cluster)
    expect(await made(cluster)).toEqual(['first', 'second'])
  })

  it.each(Object.entries(orms))('is told by %s also when it was the last', async (_, migrate) => {
    const cluster = await openDatabase()
    const unobserve = loseLockAt(cluster, 'second')
    expect(await caught(migrate(cluster))).toMatchObject({ code: 'CERCI_MIGRATION_LOCK_LOST' })
    unobserve()
    await migrate(cluster)
    expect(await made(cluster)).toEqual(['first', 'second'])
  })

  it.each(Object.entries(orms))('does not take the place of why a migration of %s failed', async (_, migrate) => {
    const cluster = await openDatabase()
    await cluster.query(createTable('second'))
    const unobserve = loseLockAt(cluster, 'second')
    expect(sqlStateOf(await caught(migrate(cluster)))).toBe('42P07')
    unobserve()
  })
})

function createTable(name: string): string {
  return `CREATE TABLE "${name}" (id INT8)`
}

/** Cuts the connection that holds the lock as soon as the statement that makes a table is sent. */
function loseLockAt(cluster: Cluster, table: string): () => void {
  const pattern = new RegExp(`create table "${table}"`, 'i')
  return cluster.observe({
    statement: ({ text }) => {
      if (!pattern.test(text)) return undefined
      const holders = [...cluster.pool.connections.clients].filter(client => client.getTransactionStatus() === 'T')
      expect(holders).toHaveLength(1)
      holders[0]?.destroy(new Error('killed'))
      return undefined
    },
  })
}

async function made(cluster: Cluster): Promise<string[]> {
  const { rows } = await cluster.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_name IN ('first', 'second') ORDER BY 1",
  )
  return rows.map(({ name }) => name)
}
