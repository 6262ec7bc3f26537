import { drizzle } from 'drizzle-orm/node-postgres'
import knex from 'knex'
import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { expect, it } from 'vitest'
import { withDrizzle } from '../../src/adapters/drizzle.js'
import { knexOptions, withKnex } from '../../src/adapters/knex.js'
import { CockroachDialect, withKysely } from '../../src/adapters/kysely.js'
import { sequelizeOptions, withSequelize } from '../../src/adapters/sequelize.js'
import { typeOrmOptions, withTypeOrm } from '../../src/adapters/typeorm.js'
import { Cluster } from '../../src/cluster/cluster.js'

// Nothing is sent: nothing listens there.
const url = 'postgresql://app@127.0.0.1:1/bank'
const cluster = new Cluster(url)
const other = new Cluster(url)
const pool = new Pool({ connectionString: url })

/** Each ORM on the cluster, on another one, and as it is without cerci. */
const orms: Readonly<Record<string, readonly (() => unknown)[]>> = {
  knex: [
    () => withKnex(cluster, knex({ ...knexOptions(cluster) })),
    () => withKnex(cluster, knex({ ...knexOptions(other) })),
    () => withKnex(cluster, knex({ client: 'cockroachdb', connection: url })),
  ],
  kysely: [
    () => withKysely(cluster, new Kysely({ dialect: new CockroachDialect(cluster) })),
    () => withKysely(cluster, new Kysely({ dialect: new CockroachDialect(other) })),
    () => withKysely(cluster, new Kysely({ dialect: new PostgresDialect({ pool }) })),
  ],
  drizzle: [
    () => withDrizzle(cluster, drizzle({ client: cluster.pool })),
    () => withDrizzle(cluster, drizzle({ client: other.pool })),
    () => withDrizzle(cluster, drizzle({ client: pool })),
  ],
  sequelize: [
    () => withSequelize(cluster, new Sequelize({ ...sequelizeOptions(cluster) })),
    () => withSequelize(cluster, new Sequelize({ ...sequelizeOptions(other) })),
    () => withSequelize(cluster, new Sequelize(url, { dialect: 'postgres' })),
  ],
  typeorm: [
    () => withTypeOrm(cluster, new DataSource(typeOrmOptions(cluster))),
    () => withTypeOrm(cluster, new DataSource(typeOrmOptions(other))),
    () => withTypeOrm(cluster, new DataSource({ type: 'cockroachdb', url, timeTravelQueries: false })),
  ],
}

it.each(Object.entries(orms))('%s is refused where it does not run on the pool of this cluster', (orm, ways) => {
  const [ours, ...others] = ways
  expect(ours).not.toThrow()
  for (const way of others)
    expect(way).toThrow(
      expect.objectContaining({
        code: 'CERCI_INVALID_OPTION',
        option: orm,
        message: expect.stringContaining('it does not run on the pool of this cluster; make it with '),
      }),
    )
})

it('knows the pool of a Knex that has got it as it is', () => {
  expect(() => withKnex(cluster, knex({ ...knexOptions(cluster), connectionPool: cluster.pool }))).not.toThrow()
})
