import { EventEmitter, once } from 'node:events'
import { type ClusterTypeOrm, runMigrations, typeOrmOptions, withTypeOrm } from 'cerci/typeorm'
import { DataSource, type EntityManager, EntitySchema, type MigrationInterface, type QueryRunner } from 'typeorm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstNode, freshDatabase } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/index.js'

interface Account {
  id: string
  balance: string
}

const Account = new EntitySchema<Account>({
  name: 'Account',
  tableName: 'accounts',
  columns: { id: { type: 'int8', primary: true }, balance: { type: 'decimal', precision: 19, scale: 2 } },
})

const url = await freshDatabase()
const cluster = new Cluster({ connectionString: url, max: 10 })
let stock: DataSource
let ours: DataSource
let bound: ClusterTypeOrm<DataSource, EntityManager>

beforeAll(async () => {
  await cluster.query('CREATE TABLE accounts (id INT8 PRIMARY KEY, balance DECIMAL(19,2) NOT NULL)')
  stock = await new DataSource({
    type: 'cockroachdb',
    url: firstNode(url),
    timeTravelQueries: false,
    entities: [Account],
  }).initialize()
  ours = await new DataSource({ ...typeOrmOptions(cluster), entities: [Account] }).initialize()
  bound = withTypeOrm(cluster, ours)
})

afterAll(async () => {
  await stock?.destroy()
  await ours?.destroy()
  await cluster.close()
})

/** Connections that somebody has. */
function held(): number {
  return cluster.pool.totalCount - cluster.pool.idleCount
}

/** Adds one to a balance that somebody else adds a thousand to after it was read for the first time. */
async function interest(
  account: string,
  transaction: (body: (manager: EntityManager) => Promise<void>) => Promise<void>,
) {
  let reads = 0
  await transaction(async manager => {
    const { balance } = await manager.findOneByOrFail(Account, { id: account })
    if (reads++ === 0) await cluster.query('UPDATE accounts SET balance = balance + 1000 WHERE id = $1', [account])
    await manager.update(Account, { id: account }, { balance: `${Number(balance) + 1}` })
  })
  const { rows } = await cluster.query<Account>('SELECT balance FROM accounts WHERE id = $1', [account])
  return { reads, balance: rows[0]?.balance }
}

describe('a balance that changes while it is computed', () => {
  it('is lost by TypeORM itself, which sends old values again', async () => {
    await cluster.query('INSERT INTO accounts VALUES (1, 100)')
    expect(await interest('1', body => stock.transaction(body))).toEqual({ reads: 1, balance: '101.00' })
  })

  it('is read again here', async () => {
    await cluster.query('INSERT INTO accounts VALUES (2, 100)')
    expect(await interest('2', body => bound.transaction(body))).toEqual({ reads: 2, balance: '1101.00' })
  })
})

describe('the pool', () => {
  it("is the cluster's, and outlives the data source", async () => {
    const another = await new DataSource({ ...typeOrmOptions(cluster), entities: [Account] }).initialize()
    const texts: string[] = []
    const unobserve = cluster.observe({ statement: ({ text }) => void texts.push(text) })
    await another.manager.countBy(Account, { id: '1' })
    unobserve()
    expect(texts.filter(text => text.includes('"accounts"'))).toHaveLength(1)
    await another.destroy()
    expect((await cluster.query('SELECT 1 AS one')).rowCount).toBe(1)
  })

  it('streams rows, and has its connection back when the query runner is released', async () => {
    for (const either of [stock, ours]) {
      const runner = either.createQueryRunner()
      let sum = 0
      for await (const row of await runner.stream('SELECT i FROM generate_series(1, $1::INT8) AS g (i)', [1000]))
        sum += Number(row.i)
      expect([sum, held()]).toEqual([500_500, either === ours ? 1 : 0])
      await runner.release()
    }
    const runner = ours.createQueryRunner()
    for await (const row of await ours.createQueryBuilder(Account, 'a', runner).stream()) {
      expect(row).toHaveProperty('a_balance')
      break
    }
    await runner.release()
    await expect.poll(held).toBe(0)
  })

  it('gets every connection back, also from query runners that fail', async () => {
    await Promise.allSettled(Array.from({ length: 20 }, () => ours.query('SELECT 1/0 FROM accounts')))
    await expect(ours.transaction(manager => manager.query('SELECT nothing'))).rejects.toMatchObject({ code: '42703' })
    // One may still be being opened for somebody who was served by another meanwhile.
    await expect.poll(() => cluster.pool.totalCount - cluster.pool.idleCount).toBe(0)
  })

  it('sees no retry savepoint, and one COMMIT', async () => {
    const texts: string[] = []
    const unobserve = cluster.observe({ statement: ({ text }) => void texts.push(text) })
    await bound.transaction(manager => manager.query('SELECT 1'), { isolation: 'read committed' })
    unobserve()
    expect(texts).toEqual(['START TRANSACTION', 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED', 'SELECT 1', 'COMMIT'])
  })
})

it('keeps INT8 and DECIMAL exact', async () => {
  await ours.manager.insert(Account, { id: '9007199254740993', balance: '90071992547409.93' })
  const found = await ours.manager.findOneBy(Account, { id: '9007199254740993' })
  expect(found).toEqual({ id: '9007199254740993', balance: '90071992547409.93' })
})

it('reads the past', async () => {
  await cluster.query('INSERT INTO accounts VALUES (3, 5)')
  const { rows } = await cluster.query<{ at: Date }>('SELECT clock_timestamp() AS at')
  const before = new Date(rows[0]!.at.getTime() + 1)
  await ours.manager.increment(Account, { id: '3' }, 'balance', 2)
  const past = await bound.staleRead({ exact: before }, manager => manager.findOneByOrFail(Account, { id: '3' }))
  expect(past.balance).toBe('5.00')
  await expect(
    bound.staleRead({ exact: before }, manager => manager.increment(Account, { id: '3' }, 'balance', 1)),
  ).rejects.toMatchObject({ code: '25006' })
})

it('shows a query in pages', async () => {
  await cluster.query('INSERT INTO accounts SELECT i, 0 FROM generate_series(100, 104) AS g (i)')
  const query = ours.manager
    .createQueryBuilder(Account, 'a')
    .where('a.id BETWEEN :from AND :to', { from: 100, to: 104 })
  const orderBy = [{ column: 'a_id', direction: 'desc' }] as const
  const first = await bound.page<{ a_id: string }>(query, { orderBy, limit: 3 })
  const second = await bound.page<{ a_id: string }>(query, { orderBy, limit: 3, after: first.next })
  expect([...first.rows, ...second.rows].map(row => row.a_id)).toEqual(['104', '103', '102', '101', '100'])
  expect(second.next).toBeUndefined()
})

it('stock: two that start together both run a migration', async () => {
  const both = gate(2)
  class Twice1700000000000 implements MigrationInterface {
    async up(): Promise<void> {
      await both() // for ever, if one waited for the other's end
    }
    async down(): Promise<void> {}
  }
  const open = async (...migrations: (typeof Twice1700000000000)[]): Promise<DataSource> =>
    await new DataSource({
      type: 'cockroachdb',
      url: firstNode(url),
      timeTravelQueries: false,
      migrationsTransactionMode: 'none',
      migrations,
    }).initialize()
  const empty = await open()
  await empty.runMigrations() // makes their table
  const sources = await Promise.all([open(Twice1700000000000), open(Twice1700000000000)])
  await Promise.all(sources.map(source => source.runMigrations()))
  const { rowCount } = await cluster.query("SELECT 1 FROM migrations WHERE name = 'Twice1700000000000'")
  expect(rowCount).toBe(2)
  for (const source of [empty, ...sources]) await source.destroy()
})

it('runs each migration once, however many start together', async () => {
  let runs = 0
  class Once1700000000001 implements MigrationInterface {
    async up(runner: QueryRunner): Promise<void> {
      runs++
      await runner.query('CREATE TABLE made_once (id INT8 PRIMARY KEY)')
    }
    async down(): Promise<void> {}
  }
  const migrate = async (): Promise<string[]> => {
    const source = await new DataSource({ ...typeOrmOptions(cluster), migrations: [Once1700000000001] }).initialize()
    const applied = await runMigrations(cluster, source)
    await source.destroy()
    return applied.map(({ name }) => name)
  }
  const applied = await Promise.all([migrate(), migrate(), migrate()])
  expect(runs).toBe(1)
  expect(applied.flat()).toEqual(['Once1700000000001'])
})

/** Lets everybody through once so many have come. */
function gate(count: number): () => Promise<void> {
  const door = new EventEmitter()
  const opened = once(door, 'open')
  let come = 0
  return async () => {
    if (++come === count) door.emit('open')
    await opened
  }
}
