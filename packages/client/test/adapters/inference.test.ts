import { Cluster } from 'cerci'
import { withDrizzle } from 'cerci/drizzle'
import { knexOptions, withKnex } from 'cerci/knex'
import { CockroachDialect, withKysely } from 'cerci/kysely'
import { sequelizeOptions, withSequelize } from 'cerci/sequelize'
import { typeOrmOptions, withTypeOrm } from 'cerci/typeorm'
import { drizzle } from 'drizzle-orm/node-postgres'
import knex, { type Knex } from 'knex'
import { Kysely, type Transaction as KyselyTransaction } from 'kysely'
import { Sequelize, type Transaction } from 'sequelize'
import { DataSource, type EntityManager } from 'typeorm'
import { afterAll, expectTypeOf, it } from 'vitest'

/** What functions given to `transaction` and `staleRead` get, as applications write it: nothing is said of the types. */
const cluster = new Cluster('postgresql://root@127.0.0.1:1/none?sslmode=disable')
afterAll(() => cluster.close())

it('Knex: a Knex.Transaction', () => {
  const { transaction, staleRead } = withKnex(cluster, knex({ ...knexOptions(cluster) }))
  expectTypeOf(transaction<void>)
    .parameter(0)
    .parameter(0)
    .toEqualTypeOf<Knex.Transaction>()
  expectTypeOf(staleRead<void>)
    .parameter(1)
    .parameter(0)
    .toEqualTypeOf<Knex.Transaction>()
})

it('Kysely: a Transaction of its tables', () => {
  interface Tables {
    readonly accounts: { readonly id: string }
  }
  const { transaction } = withKysely(cluster, new Kysely<Tables>({ dialect: new CockroachDialect(cluster) }))
  expectTypeOf(transaction<void>)
    .parameter(0)
    .parameter(0)
    .toEqualTypeOf<KyselyTransaction<Tables>>()
})

it('Drizzle: its transaction', () => {
  const db = drizzle({ client: cluster.pool })
  const { transaction } = withDrizzle(cluster, db)
  type Tx = Parameters<Parameters<typeof db.transaction>[0]>[0]
  expectTypeOf(transaction<void>)
    .parameter(0)
    .parameter(0)
    .toEqualTypeOf<Tx>()
})

it('Sequelize: a Transaction', () => {
  const db = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
  const { transaction } = withSequelize(cluster, db)
  expectTypeOf(transaction<void>)
    .parameter(0)
    .parameter(0)
    .toEqualTypeOf<Transaction>()
})

it('TypeORM: an EntityManager', () => {
  const { transaction } = withTypeOrm(cluster, new DataSource(typeOrmOptions(cluster)))
  expectTypeOf(transaction<void>)
    .parameter(0)
    .parameter(0)
    .toEqualTypeOf<EntityManager>()
})
