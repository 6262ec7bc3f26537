import { DevCluster, lostReplies } from '@cerci/dev-cluster'
import { DrizzleQueryError, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import knex from 'knex'
import { CompiledQuery, Kysely } from 'kysely'
import { DatabaseError } from 'pg'
import {
  ConnectionAcquireTimeoutError,
  ConnectionRefusedError,
  Sequelize,
  DatabaseError as SequelizeDatabaseError,
  UniqueConstraintError,
} from 'sequelize'
import { DataSource, QueryFailedError } from 'typeorm'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { knexOptions } from '../../src/adapters/knex.js'
import { CockroachDialect } from '../../src/adapters/kysely.js'
import { sequelizeOptions, withSequelize } from '../../src/adapters/sequelize.js'
import { typeOrmOptions } from '../../src/adapters/typeorm.js'
import {
  AmbiguousCommitError,
  Cluster,
  ConnectionError,
  classify,
  PoolTimeoutError,
  sqlStateOf,
} from '../../src/index.js'
import { caught } from '../fixture/caught.js'

type Run = (text: string) => Promise<unknown>
type ErrorClass = abstract new (...parts: never[]) => object

interface Expectation {
  readonly error: ErrorClass
  /** Where the error holds what it wraps, and of which class that is. */
  readonly inside?: readonly [property: string, error: ErrorClass]
}

interface Orm {
  readonly open: (cluster: Cluster) => Promise<{ readonly run: Run; readonly close: () => Promise<unknown> }>
  readonly duplicate: Expectation
  readonly ambiguous: Expectation
  readonly unreachable: Expectation
  /** No connection was free in time. */
  readonly busy: Expectation
  /** No node could be reached any more. */
  readonly outage: Expectation
}

function expectError(error: unknown, { error: Outer, inside }: Expectation): void {
  expect(error).toBeInstanceOf(Outer)
  const [property, Inner] = inside ?? [undefined, Outer]
  const held: unknown = property === undefined ? error : Reflect.get(Object(error), property)
  expect(held).toBeInstanceOf(Inner)
}

const orms: Readonly<Record<string, Orm>> = {
  Knex: {
    open: async cluster => {
      const db = knex({ ...knexOptions(cluster) })
      return { run: async text => await db.raw(text), close: () => db.destroy() }
    },
    duplicate: { error: DatabaseError },
    ambiguous: { error: AmbiguousCommitError },
    unreachable: { error: ConnectionError },
    busy: { error: PoolTimeoutError },
    outage: { error: PoolTimeoutError },
  },
  Kysely: {
    open: async cluster => {
      const db = new Kysely({ dialect: new CockroachDialect(cluster) })
      return { run: text => db.executeQuery(CompiledQuery.raw(text)), close: () => db.destroy() }
    },
    duplicate: { error: DatabaseError },
    ambiguous: { error: AmbiguousCommitError },
    unreachable: { error: ConnectionError },
    busy: { error: PoolTimeoutError },
    outage: { error: PoolTimeoutError },
  },
  Drizzle: {
    open: async cluster => {
      const db = drizzle({ client: cluster.pool })
      return { run: async text => await db.execute(sql.raw(text)), close: async () => {} }
    },
    duplicate: { error: DrizzleQueryError, inside: ['cause', DatabaseError] },
    ambiguous: { error: DrizzleQueryError, inside: ['cause', AmbiguousCommitError] },
    unreachable: { error: DrizzleQueryError, inside: ['cause', ConnectionError] },
    busy: { error: DrizzleQueryError, inside: ['cause', PoolTimeoutError] },
    outage: { error: DrizzleQueryError, inside: ['cause', PoolTimeoutError] },
  },
  Sequelize: {
    open: async cluster => {
      const db = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
      withSequelize(cluster, db)
      return { run: text => db.query(text), close: () => db.close() }
    },
    duplicate: { error: UniqueConstraintError, inside: ['parent', DatabaseError] },
    ambiguous: { error: SequelizeDatabaseError, inside: ['parent', AmbiguousCommitError] },
    unreachable: { error: ConnectionRefusedError, inside: ['parent', ConnectionError] },
    busy: { error: ConnectionAcquireTimeoutError, inside: ['parent', PoolTimeoutError] },
    outage: { error: ConnectionRefusedError, inside: ['parent', PoolTimeoutError] },
  },
  TypeORM: {
    open: async cluster => {
      const db = new DataSource(typeOrmOptions(cluster))
      return {
        run: async text => await (db.isInitialized ? db : await db.initialize()).query(text),
        close: async () => (db.isInitialized ? await db.destroy() : undefined),
      }
    },
    duplicate: { error: QueryFailedError, inside: ['driverError', DatabaseError] },
    ambiguous: { error: QueryFailedError, inside: ['driverError', AmbiguousCommitError] },
    unreachable: { error: QueryFailedError, inside: ['driverError', ConnectionError] },
    busy: { error: QueryFailedError, inside: ['driverError', PoolTimeoutError] },
    outage: { error: QueryFailedError, inside: ['driverError', PoolTimeoutError] },
  },
}

describeFaults('errors of an ORM', () => {
  let dev: DevCluster
  let cluster: Cluster
  beforeAll(async () => {
    dev = await DevCluster.start({ nodes: 1 })
    cluster = new Cluster(dev.url)
    await cluster.query('CREATE TABLE seats (id INT8 PRIMARY KEY, taken BOOL NOT NULL DEFAULT false)')
    await cluster.query('INSERT INTO seats VALUES (1)')
  }, 60_000)
  afterEach(() => dev.faults.clear())
  afterAll(async () => {
    await cluster.close()
    await dev.stop()
  })

  it.each(Object.entries(orms))('are those of %s, with what cerci knows in them', async (_, orm) => {
    const { run, close } = await orm.open(cluster)
    await run('SELECT 1')

    const duplicate = await caught(run('INSERT INTO seats VALUES (1)'))
    expectError(duplicate, orm.duplicate)
    expect(sqlStateOf(duplicate)).toBe('23505')

    dev.faults.add(lostReplies({ fingerprint: 'UPDATE', times: 1 }))
    const ambiguous = await caught(run('UPDATE seats SET taken = true WHERE id = 1'))
    expectError(ambiguous, orm.ambiguous)
    expect(classify(ambiguous).kind).toBe('ambiguous')
    await close()
  })

  it.each(Object.entries(orms))('say in the way of %s that no node can be reached', async (_, orm) => {
    const nowhere = new Cluster('postgresql://root@127.0.0.1:1/defaultdb')
    const { run, close } = await orm.open(nowhere)
    const unreachable = await caught(run('SELECT 1'))
    expectError(unreachable, orm.unreachable)
    expect(classify(unreachable)).toEqual({ kind: 'final', code: 'CERCI_CONNECTION' })
    await close()
    await nowhere.close()
  })

  it.each(Object.entries(orms))(
    'say in the way of %s that all connections are in use, and that an outage goes on',
    async (_, orm) => {
      const small = new Cluster({ connectionString: dev.url, max: 1, acquireTimeoutMs: 300 })
      await small.warmUp()
      const { run, close } = await orm.open(small)
      await run('SELECT 1')

      const held = await small.pool.connect()
      const busy = await caught(run('SELECT 1'))
      held.release()
      expectError(busy, orm.busy)
      expect(classify(busy)).toEqual({ kind: 'final', code: 'CERCI_POOL_TIMEOUT' })

      await Promise.all(dev.nodes.map(node => node.kill()))
      const outage = await caught(run('SELECT 1'))
      expectError(outage, orm.outage)
      expect(classify(outage)).toEqual({ kind: 'final', code: 'CERCI_POOL_TIMEOUT' })

      await Promise.all(dev.nodes.map(node => node.start()))
      await expect
        .poll(() =>
          run('SELECT 1').then(
            () => 'served',
            () => 'not yet',
          ),
        )
        .toBe('served')
      await close()
      await small.close()
    },
  )
})
