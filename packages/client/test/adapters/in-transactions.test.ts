import { sql as drizzleSql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import knex from 'knex'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Pool } from 'pg'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { afterAll, describe, expect, it } from 'vitest'
import { firstNode, freshDatabase } from '../../../../test/fixture/cluster.js'
import { withDrizzle } from '../../src/adapters/drizzle.js'
import { knexOptions, withKnex } from '../../src/adapters/knex.js'
import { CockroachDialect, withKysely } from '../../src/adapters/kysely.js'
import type { OrmTransactionOptions } from '../../src/adapters/orm-transactions.js'
import { sequelizeOptions, withSequelize } from '../../src/adapters/sequelize.js'
import { typeOrmOptions, withTypeOrm } from '../../src/adapters/typeorm.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { TransactionAbortedError } from '../../src/errors/transaction-errors.js'
import { errorChain, errorCodes } from '../../src/retry/error-chain.js'
import { caught } from '../fixture/caught.js'

/** Runs a statement, in whatever way the ORM has for raw SQL. */
type Run = (statement: string) => PromiseLike<unknown>

/** An ORM on a cluster, or as everybody has it. */
interface Orm {
  readonly transaction: <T>(fn: (run: Run) => Promise<T>, options?: OrmTransactionOptions<unknown>) => Promise<T>
  /** By the client that is not the transaction's. */
  readonly outside: Run
  close(): Promise<unknown>
}

interface Adapter {
  on(cluster: Cluster): Promise<Orm>
  stock(url: string): Promise<Orm>
}

const adapters: Readonly<Record<string, Adapter>> = {
  Knex: {
    on: async cluster => {
      const db = knex({ ...knexOptions(cluster) })
      const { transaction } = withKnex(cluster, db)
      const outside: Run = text => db.raw(text)
      return {
        transaction: (fn, options) => transaction(trx => fn(text => trx.raw(text)), options),
        outside,
        close: () => db.destroy(),
      }
    },
    stock: async url => {
      const db = knex({ client: 'cockroachdb', connection: url })
      const outside: Run = text => db.raw(text)
      return { transaction: fn => db.transaction(trx => fn(text => trx.raw(text))), outside, close: () => db.destroy() }
    },
  },
  Kysely: {
    on: async cluster => {
      const db = new Kysely<unknown>({ dialect: new CockroachDialect(cluster) })
      const { transaction } = withKysely(cluster, db)
      const outside: Run = text => sql.raw(text).execute(db)
      return {
        transaction: (fn, options) => transaction(trx => fn(text => sql.raw(text).execute(trx)), options),
        outside,
        close: () => db.destroy(),
      }
    },
    stock: async url => {
      const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: url }) }) })
      const outside: Run = text => sql.raw(text).execute(db)
      return {
        transaction: fn => db.transaction().execute(trx => fn(text => sql.raw(text).execute(trx))),
        outside,
        close: () => db.destroy(),
      }
    },
  },
  Drizzle: {
    on: async cluster => {
      const db = drizzle({ client: cluster.pool })
      const { transaction } = withDrizzle(cluster, db)
      const outside: Run = text => db.execute(text)
      return {
        transaction: (fn, options) => transaction(tx => fn(text => tx.execute(text)), options),
        outside,
        close: async () => {},
      }
    },
    stock: async url => {
      const pool = new Pool({ connectionString: url })
      const db = drizzle({ client: pool })
      const outside: Run = text => db.execute(text)
      return {
        transaction: fn => db.transaction(tx => fn(text => tx.execute(drizzleSql.raw(text)))),
        outside,
        close: () => pool.end(),
      }
    },
  },
  Sequelize: {
    on: async cluster => {
      const db = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
      const { transaction } = withSequelize(cluster, db)
      const outside: Run = text => db.query(text)
      return {
        transaction: (fn, options) => transaction(on => fn(text => db.query(text, { transaction: on })), options),
        outside,
        close: () => db.close(),
      }
    },
    stock: async url => {
      const db = new Sequelize(url, { dialect: 'postgres', logging: false })
      const outside: Run = text => db.query(text)
      return {
        transaction: fn => db.transaction(on => fn(text => db.query(text, { transaction: on }))),
        outside,
        close: () => db.close(),
      }
    },
  },
  TypeORM: {
    on: async cluster => {
      const db = await new DataSource(typeOrmOptions(cluster)).initialize()
      const { transaction } = withTypeOrm(cluster, db)
      const outside: Run = text => db.query(text)
      return {
        transaction: (fn, options) => transaction(manager => fn(text => manager.query(text)), options),
        outside,
        close: () => db.destroy(),
      }
    },
    stock: async url => {
      const db = await new DataSource({ type: 'cockroachdb', url, timeTravelQueries: false }).initialize()
      const outside: Run = text => db.query(text)
      return {
        transaction: fn => db.transaction(manager => fn(text => manager.query(text))),
        outside,
        close: () => db.destroy(),
      }
    },
  },
}

const connectionString = await freshDatabase()
const cluster = new Cluster({ connectionString, queryTimeoutMs: 2000 })
afterAll(() => cluster.close())
await cluster.query('CREATE TABLE counters (id INT8 PRIMARY KEY, n INT8 NOT NULL)')

const increment = 'UPDATE counters SET n = n + 1 WHERE id = 1'

async function count(): Promise<unknown> {
  return (await cluster.query<{ n: string }>('SELECT n FROM counters WHERE id = 1')).rows[0]?.n
}

async function swallow(run: Run): Promise<string> {
  await run(increment)
  await caught(Promise.resolve(run('SELECT * FROM nowhere')))
  return 'done'
}

async function show(run: Run, setting: string): Promise<string> {
  return JSON.stringify(await run(`SHOW ${setting}`))
}

describe.each(Object.entries(adapters))('in a transaction of %s', (name, adapter) => {
  async function opened(): Promise<Orm> {
    await cluster.query('UPSERT INTO counters VALUES (1, 0)')
    const orm = await adapter.on(cluster)
    afterAll(() => orm.close())
    return orm
  }

  it('stock: an error that the function swallows makes it a success that wrote nothing, or 25P02; ours says what failed', async () => {
    const ours = await opened()
    const stock = await adapter.stock(firstNode(connectionString))
    // TypeORM releases a savepoint before COMMIT, which fails without telling why.
    const ended: unknown = await stock.transaction(swallow).catch(errorCodes)
    expect(ended).toEqual(name === 'TypeORM' ? ['25P02', '25P02'] : 'done')
    expect(await count()).toBe('0')
    const error = await caught(ours.transaction(swallow))
    expect(errorChain(error).some(link => link instanceof TransactionAbortedError)).toBe(true)
    expect(errorCodes(error)).toContain('42P01')
    expect(await count()).toBe('0')
    await stock.close()
  })

  it('its modes are kept', async () => {
    const { transaction } = await opened()
    const isolation = await transaction(run => show(run, 'transaction_isolation'), { isolation: 'read committed' })
    expect(isolation).toContain('read committed')
    expect(await transaction(run => show(run, 'transaction_priority'), { priority: 'high' })).toContain('high')
    const refused = transaction(async run => await run(increment), { readOnly: true })
    expect(errorCodes(await caught(refused))).toContain('25006')
  })

  it('a statement of the outer client is not part of it, and waits for its locks until a time limit strikes', async () => {
    const { transaction, outside } = await opened()
    const undone = transaction(async () => {
      await outside(increment)
      throw new Error('undo')
    })
    await expect(undone).rejects.toThrow('undo')
    expect(await count()).toBe('1')
    const stuck = transaction(async run => {
      await run(increment)
      await outside(increment)
    })
    expect(errorCodes(await caught(stuck))).toContain('CERCI_QUERY_TIMEOUT')
    expect(await count()).toBe('1')
  })
})
