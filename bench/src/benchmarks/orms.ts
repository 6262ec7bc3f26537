import { PrismaClient } from '@cerci/example-prisma/client'
import { PrismaPg } from '@prisma/adapter-pg'
import { Cluster } from 'cerci'
import { knexOptions } from 'cerci/knex'
import { CockroachDialect } from 'cerci/kysely'
import { prismaAdapter, withPrisma } from 'cerci/prisma'
import { sequelizeOptions, withSequelize } from 'cerci/sequelize'
import { typeOrmOptions } from 'cerci/typeorm'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { pgTable, text } from 'drizzle-orm/pg-core'
import knex from 'knex'
import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { DataTypes, Sequelize } from 'sequelize'
import { DataSource, EntitySchema } from 'typeorm'
import { closedLoop } from '../measure/closed-loop.js'
import { interleave } from '../measure/interleave.js'
import { report } from '../measure/report.js'
import type { Server } from '../server.js'
import { prepareProducts, readByPrisma } from './prisma-rows.js'
import { prepareRows } from './rows.js'

const CONCURRENCY = 20
const CONNECTIONS = 10
const ROUND_MS = 700
const ROUNDS = 9

type Read = (id: string) => PromiseLike<unknown>

/** A SELECT by key through each ORM, as everybody has it, on the cluster, and on the cluster without named statements. */
export async function orms(server: Server): Promise<void> {
  const plain = new Pool({ connectionString: server.firstUrl, max: CONNECTIONS })
  const named = new Cluster({ connectionString: server.url, max: CONNECTIONS })
  const unnamed = new Cluster({ connectionString: server.url, max: CONNECTIONS, preparedStatements: false })
  const knexPool = knex({
    client: 'cockroachdb',
    connection: server.firstUrl,
    pool: { min: CONNECTIONS, max: CONNECTIONS },
  })
  const sequelize = new Sequelize(server.firstUrl, {
    dialect: 'postgres',
    logging: false,
    pool: { min: CONNECTIONS, max: CONNECTIONS },
  })
  const typeorm = new DataSource({
    type: 'cockroachdb',
    url: server.firstUrl,
    timeTravelQueries: false,
    extra: { max: CONNECTIONS },
    entities: [Row],
  })
  const ids = await prepareRows(plain, 10_000)
  await prepareProducts(plain)
  const reads: Record<string, readonly [stock: Read, named: Read, unnamed: Read]> = {
    Knex: [
      readByKnex(knexPool),
      readByKnex(knex({ ...knexOptions(named) })),
      readByKnex(knex({ ...knexOptions(unnamed) })),
    ],
    Kysely: [
      readByKysely(new PostgresDialect({ pool: plain })),
      readByKysely(new CockroachDialect(named)),
      readByKysely(new CockroachDialect(unnamed)),
    ],
    Prisma: [readByPrisma(plain), readByCerciPrisma(named), readByCerciPrisma(unnamed)],
    Sequelize: [readBySequelize(sequelize), readByCerciSequelize(named), readByCerciSequelize(unnamed)],
    TypeORM: [await readByTypeOrm(typeorm), await readByCerciTypeOrm(named), await readByCerciTypeOrm(unnamed)],
    Drizzle: [readByDrizzle(plain), readByDrizzle(named.pool), readByDrizzle(unnamed.pool)],
  }
  try {
    for (const [orm, ways] of Object.entries(reads)) {
      const variants = ways.map((read, way) => ({
        name: [`${orm}, stock`, `${orm} with cerci`, '… without named statements'][way] ?? orm,
        measure: () => closedLoop(async index => read(ids[index % ids.length] ?? ''), CONCURRENCY, ROUND_MS),
      }))
      report(`point SELECT, concurrency ${CONCURRENCY}`, await interleave(variants, ROUNDS))
    }
  } finally {
    await Promise.all([
      plain.end(),
      named.close(),
      unnamed.close(),
      knexPool.destroy(),
      sequelize.close(),
      typeorm.destroy(),
    ])
  }
}

function readByKnex(db: ReturnType<typeof knex>): Read {
  return id => db('bench_kv').select('id', 'v').where({ id })
}

function readByKysely(dialect: PostgresDialect): Read {
  const db = new Kysely<{ bench_kv: { id: string; v: string } }>({ dialect })
  return id => db.selectFrom('bench_kv').select(['id', 'v']).where('id', '=', id).execute()
}

function readByCerciPrisma(cluster: Cluster): Read {
  const adapter = prismaAdapter(new PrismaPg(cluster.pool))
  const { client } = withPrisma(cluster, new PrismaClient({ adapter }))
  return sku => client.product.findFirst({ where: { sku } })
}

function readByDrizzle(client: Pool): Read {
  const rows = pgTable('bench_kv', { id: text().primaryKey(), v: text() })
  const db = drizzle({ client })
  return id => db.select().from(rows).where(eq(rows.id, id))
}

function readBySequelize(db: Sequelize): Read {
  const rows = db.define(
    'Row',
    { id: { type: DataTypes.TEXT, primaryKey: true }, v: DataTypes.TEXT },
    { tableName: 'bench_kv', timestamps: false },
  )
  return id => rows.findByPk(id)
}

function readByCerciSequelize(cluster: Cluster): Read {
  const db = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
  withSequelize(cluster, db)
  return readBySequelize(db)
}

const Row = new EntitySchema<{ id: string; v: string }>({
  name: 'Row',
  tableName: 'bench_kv',
  columns: { id: { type: 'text', primary: true }, v: { type: 'text' } },
})

async function readByTypeOrm(source: DataSource): Promise<Read> {
  const rows = (await source.initialize()).getRepository(Row)
  return id => rows.findOneBy({ id })
}

async function readByCerciTypeOrm(cluster: Cluster): Promise<Read> {
  return await readByTypeOrm(new DataSource({ ...typeOrmOptions(cluster), entities: [Row] }))
}
