import knex, { type Knex } from 'knex'
import { Kysely, type Migration, Migrator, sql } from 'kysely'
import { Sequelize } from 'sequelize'
import { DataSource, type QueryRunner } from 'typeorm'
import { SequelizeStorage, Umzug } from 'umzug'
import { describe, expect, it } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { applyMigrations } from '../../src/adapters/drizzle.js'
import { knexOptions, migrateToLatest } from '../../src/adapters/knex.js'
import { CockroachDialect } from '../../src/adapters/kysely.js'
import { sequelizeOptions, withSequelize } from '../../src/adapters/sequelize.js'
import { runMigrations, typeOrmOptions } from '../../src/adapters/typeorm.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { type MigrationOptions, withMigrationLock } from '../../src/lock/migration-lock.js'
import { errorChain } from '../../src/retry/error-chain.js'
import { caught } from '../fixture/caught.js'
import { openDatabase } from '../fixture/database.js'

/** Runs statements as one migration, or none, and throws what the ORM throws. */
type Migrate = (cluster: Cluster, statements: readonly string[], options?: MigrationOptions) => Promise<unknown>

const orms: Readonly<Record<string, Migrate>> = {
  Drizzle: (cluster, statements, options) =>
    applyMigrations(cluster, statements.length === 0 ? [] : [{ sql: statements, hash: 'x', folderMillis: 1 }], options),
  Knex: async (cluster, statements, options) => {
    const migrationSource: Knex.MigrationSource<string> = {
      getMigrations: () => Promise.resolve(statements.length === 0 ? [] : ['only']),
      getMigrationName: name => name,
      getMigration: () => Promise.resolve({ up: trx => inTurn(statements, text => trx.raw(text)), down: nothing }),
    }
    const db = knex({ ...knexOptions(cluster) })
    await migrateToLatest(cluster, db, { migrationSource, disableTransactions: true }, options)
  },
  Kysely: async (cluster, statements, { timeoutMs } = {}) => {
    const db = new Kysely<unknown>({ dialect: new CockroachDialect(cluster, { migrationTimeoutMs: timeoutMs }) })
    const only = { up: (on: Kysely<unknown>) => inTurn(statements, text => sql.raw(text).execute(on)) }
    const migrations: Record<string, Migration> = statements.length === 0 ? {} : { only }
    const provider = { getMigrations: () => Promise.resolve(migrations) }
    const { error } = await new Migrator({ db, provider }).migrateToLatest()
    if (error !== undefined) throw error
  },
  TypeORM: async (cluster, statements, options) => {
    class Only1700000000001 {
      up = (runner: QueryRunner): Promise<void> => inTurn(statements, text => runner.query(text))
      down = nothing
    }
    const migrations = statements.length === 0 ? [] : [Only1700000000001]
    const source = await new DataSource({ ...typeOrmOptions(cluster), migrations }).initialize()
    await runMigrations(cluster, source, options)
  },
  Umzug: async (cluster, statements, options) => {
    const sequelize = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
    withSequelize(cluster, sequelize)
    const only = { name: 'only', up: () => inTurn(statements, text => sequelize.query(text)) }
    const migrations = statements.length === 0 ? [] : [only]
    const umzug = new Umzug({ migrations, storage: new SequelizeStorage({ sequelize }), logger: undefined })
    await withMigrationLock(cluster, 'umzug', () => umzug.up(), options)
  },
}

async function inTurn(statements: readonly string[], run: (statement: string) => PromiseLike<unknown>): Promise<void> {
  for (const statement of statements) await run(statement)
}

async function nothing(): Promise<void> {}

describe('migrations', () => {
  it.concurrent.each(Object.entries(orms))(
    "of %s take their time, whatever the cluster's queryTimeoutMs, which goes on to limit the rest",
    async (_, migrate) => {
      const connectionString = await freshDatabase()
      const patient = new Cluster({ connectionString })
      await migrate(patient, []) // makes the tables, however long that takes
      await patient.close()
      const hurried = new Cluster({ connectionString, queryTimeoutMs: 2000 })
      const slow = 'SELECT count(pg_sleep(2.5))'
      const migrated = migrate(hurried, [`CREATE TABLE slow AS ${slow} AS n`, `INSERT INTO slow ${slow}`])
      const beside = caught(hurried.query('SELECT pg_sleep(60)'))
      await migrated
      expect((await hurried.query('SELECT n FROM slow')).rows).toEqual([{ n: '1' }, { n: '1' }])
      expect(await beside).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT' })
      expect(await caught(hurried.query('SELECT pg_sleep(60)'))).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT' })
      await hurried.close()
    },
    60_000,
  )

  it.concurrent.each(Object.entries(orms))(
    'of %s have a limit of their own, if they want one',
    async (_, migrate) => {
      const cluster = await openDatabase()
      await migrate(cluster, [])
      const error = await caught(migrate(cluster, ['SELECT pg_sleep(60)'], { timeoutMs: 2000 }))
      expect(errorChain(error).map(link => Reflect.get(link, 'code'))).toContain('CERCI_QUERY_TIMEOUT')
    },
    60_000,
  )

  it.each(Object.entries(orms))('of %s refuse a limit that is no time', async (_, migrate) => {
    const error = await caught(migrate(await openDatabase(), [], { timeoutMs: 0 }))
    expect(error).toMatchObject({
      code: 'CERCI_INVALID_OPTION',
      message: expect.stringMatching(/imeoutMs": it must be/),
    })
  })
})
