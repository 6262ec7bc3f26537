import { Cluster } from 'cerci'
import knex from 'knex'
import { Pool } from 'pg'
import postgres from 'postgres'
import { QueryTypes, Sequelize } from 'sequelize'
import { closedLoop } from '../measure/closed-loop.js'
import { interleave, type Variant } from '../measure/interleave.js'
import { report } from '../measure/report.js'
import type { Server } from '../server.js'
import { prepareProducts, readByPrisma } from './prisma-rows.js'
import { prepareRows } from './rows.js'

const CONCURRENCY = 20
const CONNECTIONS = 10
const ROUND_MS = 1_000
const ROUNDS = 7

/** The same SELECT by key through the clients that Node.js teams use, side by side. */
export async function clients(server: Server): Promise<void> {
  const plain = new Pool({ connectionString: server.firstUrl, max: CONNECTIONS })
  const cluster = new Cluster({ connectionString: server.url, max: CONNECTIONS })
  const postgresJs = postgres(server.firstUrl, { max: CONNECTIONS })
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
  const ids = await prepareRows(plain, 10_000)
  await prepareProducts(plain)
  const prisma = readByPrisma(plain)
  const id = (index: number) => ids[index % ids.length] ?? ''
  const text = 'SELECT id, v FROM bench_kv WHERE id = $1'
  const operations: Record<string, (index: number) => PromiseLike<unknown>> = {
    'pg.Pool': index => plain.query(text, [id(index)]),
    cerci: index => cluster.query(text, [id(index)]),
    'postgres.js': index => postgresJs`SELECT id, v FROM bench_kv WHERE id = ${id(index)}`,
    knex: index =>
      knexPool('bench_kv')
        .select('id', 'v')
        .where({ id: id(index) }),
    sequelize: index => sequelize.query(text, { bind: [id(index)], type: QueryTypes.SELECT }),
    prisma: index => prisma(id(index)),
  }
  const variants: Variant[] = Object.entries(operations).map(([name, operation]) => ({
    name,
    measure: () => closedLoop(async index => operation(index), CONCURRENCY, ROUND_MS),
  }))
  try {
    report(`point SELECT, concurrency ${CONCURRENCY}`, await interleave(variants, ROUNDS))
  } finally {
    await Promise.all([plain.end(), cluster.close(), postgresJs.end(), knexPool.destroy(), sequelize.close()])
  }
}
