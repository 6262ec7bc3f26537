import { cutConnections, DevCluster, type FaultRule, lostReplies, retryErrors } from '@cerci/dev-cluster'
import { drizzle } from 'drizzle-orm/node-postgres'
import knex from 'knex'
import { Kysely, sql } from 'kysely'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { expect, it } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { withDrizzle } from '../../src/adapters/drizzle.js'
import { knexOptions, withKnex } from '../../src/adapters/knex.js'
import { CockroachDialect, withKysely } from '../../src/adapters/kysely.js'
import { sequelizeOptions, withSequelize } from '../../src/adapters/sequelize.js'
import { typeOrmOptions, withTypeOrm } from '../../src/adapters/typeorm.js'
import { Cluster } from '../../src/cluster/cluster.js'

/** A transaction of an ORM, and those in it, which are savepoints. */
interface Level {
  readonly run: (statement: string) => PromiseLike<unknown>
  readonly nested: (body: (inner: Level) => Promise<void>) => Promise<unknown>
}

type Transact = (body: (outer: Level) => Promise<void>) => Promise<unknown>

const orms: Readonly<Record<string, (cluster: Cluster) => Promise<Transact>>> = {
  Knex: async cluster => {
    const { transaction } = withKnex(cluster, knex({ ...knexOptions(cluster) }))
    const level = (trx: knex.Knex.Transaction): Level => ({
      run: text => trx.raw(text),
      nested: body => trx.transaction(inner => body(level(inner))),
    })
    return body => transaction(trx => body(level(trx)))
  },
  Kysely: async cluster => {
    const { transaction } = withKysely(cluster, new Kysely({ dialect: new CockroachDialect(cluster) }))
    return body =>
      transaction(async trx => {
        const run = (text: string): PromiseLike<unknown> => sql.raw(text).execute(trx)
        const nested = async (inner: (level: Level) => Promise<void>): Promise<void> => {
          await run('SAVEPOINT nested')
          try {
            await inner({ run, nested })
          } catch (error) {
            await run('ROLLBACK TO SAVEPOINT nested')
            throw error
          }
          await run('RELEASE SAVEPOINT nested')
        }
        await body({ run, nested })
      })
  },
  Drizzle: async cluster => {
    const db = drizzle({ client: cluster.pool })
    type Tx = Parameters<Parameters<typeof db.transaction>[0]>[0]
    const level = (tx: Tx): Level => ({
      run: text => tx.execute(text),
      nested: body => tx.transaction(inner => body(level(inner))),
    })
    const { transaction } = withDrizzle(cluster, db)
    return body => transaction(tx => body(level(tx)))
  },
  Sequelize: async cluster => {
    const db = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
    const { transaction } = withSequelize(cluster, db)
    type Tx = Parameters<Parameters<typeof transaction>[0]>[0]
    const level = (on: Tx): Level => ({
      run: text => db.query(text, { transaction: on }),
      nested: body => db.transaction({ transaction: on }, inner => body(level(inner))),
    })
    return body => transaction(on => body(level(on)))
  },
  TypeORM: async cluster => {
    const source = await new DataSource(typeOrmOptions(cluster)).initialize()
    const level = (manager: typeof source.manager): Level => ({
      run: text => manager.query(text),
      nested: body => manager.transaction(inner => body(level(inner))),
    })
    const { transaction } = withTypeOrm(cluster, source)
    return body => transaction(manager => body(level(manager)))
  },
}

const faults: readonly FaultRule[] = [retryErrors(), cutConnections('statement'), lostReplies()]

/** Of two nested ones that fail, the errors are swallowed, whatever they are. */
async function work({ run, nested }: Level): Promise<void> {
  await run('UPDATE counters SET n = n + 1')
  const undone = nested(async inner => {
    await inner.run('UPDATE counters SET n = n + 100')
    throw new Error('undo')
  })
  await undone.catch(() => {})
  await nested(async inner => void (await inner.run('UPDATE counters SET n = n + 10')))
  await nested(async inner => void (await inner.run('INSERT INTO counters VALUES (1, 1)'))).catch(() => {})
  await run('UPDATE counters SET n = n + 1000')
}

describeFaults('nested transactions', () => {
  it.each(Object.entries(orms))(
    'of %s add up, whichever statement a fault strikes, though their errors are swallowed',
    async (_, open) => {
      await using dev = await DevCluster.start({ nodes: 1, regions: ['us-east-1'] })
      const cluster = new Cluster(dev.url)
      await cluster.query('CREATE TABLE counters (id INT8 PRIMARY KEY, n INT8 NOT NULL)')
      await cluster.query('INSERT INTO counters VALUES (1, 0)')
      const transact = await open(cluster)
      for (const rule of faults) {
        let struck = true
        for (let after = 0; struck; after++) {
          await cluster.query('UPDATE counters SET n = 0')
          dev.faults.add({ inTransaction: true, ...rule, after, times: 1 })
          await transact(work)
          struck = dev.faults.list()[0]?.hits === 1
          dev.faults.clear()
          expect((await cluster.query('SELECT n FROM counters')).rows).toEqual([{ n: '1011' }])
          expect(struck || after >= 5).toBe(true)
        }
      }
      expect(cluster.pool.totalCount - cluster.pool.idleCount).toBe(0)
      await cluster.close()
    },
    60_000,
  )
})
