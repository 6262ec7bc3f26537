import { DevCluster, lostReplies, retryErrors } from '@cerci/dev-cluster'
import { Kysely, type MigrationProvider, Migrator, PostgresDialect, sql, type Transaction } from 'kysely'
import { Pool } from 'pg'
import Cursor from 'pg-cursor'
import { expect, it } from 'vitest'
import { describeFaults, firstNode } from '../../../../test/fixture/cluster.js'
import { CockroachDialect, withKysely } from '../../src/adapters/kysely.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { classify } from '../../src/retry/classify.js'
import { Decimal } from '../../src/value/decimal.js'
import { valueTypes } from '../../src/value/value-types.js'
import { caught } from '../fixture/caught.js'

interface Tables {
  accounts: { id: string; balance: string }
}

interface Opened extends AsyncDisposable {
  readonly dev: DevCluster
  readonly cluster: Cluster
  readonly db: Kysely<Tables>
  readonly stock: Kysely<Tables>
}

async function open(): Promise<Opened> {
  const dev = await DevCluster.start()
  const cluster = new Cluster(dev.url)
  const db = new Kysely<Tables>({ dialect: new CockroachDialect(cluster) })
  const pool = new Pool({ connectionString: firstNode(dev.url), max: 4 })
  pool.on('error', () => {})
  pool.on('connect', client => client.on('error', () => {}))
  const stock = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  await cluster.query('CREATE TABLE accounts (id INT8 PRIMARY KEY, balance DECIMAL(19,2) NOT NULL)')
  await cluster.query('INSERT INTO accounts VALUES (1, 100), (2, 0)')
  return {
    dev,
    cluster,
    db,
    stock,
    [Symbol.asyncDispose]: async () => {
      await db.destroy()
      await stock.destroy()
      await cluster.close()
      await dev.stop()
    },
  }
}

async function move(trx: Transaction<Tables>): Promise<void> {
  await trx
    .updateTable('accounts')
    .set(eb => ({ balance: eb('balance', '-', '1') }))
    .where('id', '=', '1')
    .execute()
  await trx
    .updateTable('accounts')
    .set(eb => ({ balance: eb('balance', '+', '1') }))
    .where('id', '=', '2')
    .execute()
}

async function balances(db: Kysely<Tables>): Promise<string[]> {
  const rows = await db.selectFrom('accounts').select('balance').orderBy('id').execute()
  return rows.map(row => row.balance)
}

const provider: MigrationProvider = {
  getMigrations: () =>
    Promise.resolve({
      one: { up: async db => await db.schema.createTable('migrated').addColumn('id', 'uuid').execute() },
      two: { up: async db => await db.schema.alterTable('migrated').addColumn('name', 'text').execute() },
    }),
}

describeFaults('Kysely', () => {
  it('stock: a conflict fails the transaction; ours runs it again', async () => {
    await using opened = await open()
    for (const stage of ['statement', 'commit'] as const) {
      opened.dev.faults.add(retryErrors({ stage, inTransaction: true, times: 1 }))
      expect(classify(await caught(opened.stock.transaction().execute(move)))).toEqual({
        kind: 'serialization',
        code: '40001',
      })
      opened.dev.faults.add(retryErrors({ stage, inTransaction: true, times: 1 }))
      await withKysely(opened.cluster, opened.db).transaction(move)
      opened.dev.faults.clear()
    }
    expect(await balances(opened.db)).toEqual(['98.00', '2.00'])
  })

  it('stock: a BEGIN that fails fails the transaction; ours begins again', async () => {
    await using opened = await open()
    const lost = lostReplies({ fingerprint: 'BEGIN', times: 1 })
    opened.dev.faults.add(lost)
    expect(classify(await caught(opened.stock.transaction().execute(move))).kind).toBe('final')
    opened.dev.faults.add(lost)
    await withKysely(opened.cluster, opened.db).transaction(move)
    expect(opened.dev.faults.list()[0]?.hits).toBe(1)
    expect(await balances(opened.stock)).toEqual(['99.00', '1.00'])
  })

  it('stock: a commit whose reply is lost has the error of the ROLLBACK after it; ours is an AmbiguousCommitError', async () => {
    await using opened = await open()
    const lost = lostReplies({ fingerprint: 'COMMIT', times: 1 })
    opened.dev.faults.add(lost)
    expect(classify(await caught(opened.stock.transaction().execute(move))).kind).toBe('final')
    opened.dev.faults.add(lost)
    expect(await caught(withKysely(opened.cluster, opened.db).transaction(move))).toMatchObject({
      code: 'CERCI_AMBIGUOUS_COMMIT',
    })
    expect(await balances(opened.db)).toEqual(['98.00', '2.00'])
  })

  it('stock: a lost node fails reads until it is back; ours goes on', async () => {
    await using opened = await open()
    await balances(opened.stock)
    await opened.dev.node(1).kill()
    expect(await caught(balances(opened.stock))).toBeInstanceOf(Error)
    for (let read = 0; read < 10; read++) expect(await balances(opened.db)).toEqual(['100.00', '0.00'])
    await opened.dev.node(1).start()
    await expect.poll(() => balances(opened.stock).catch(String)).toEqual(['100.00', '0.00'])
  })

  it('stock: migrations lock with an advisory lock; ours with a row, so that two processes make one migration', async () => {
    await using opened = await open()
    const texts: string[] = []
    opened.cluster.observe({ statement: ({ text }) => void texts.push(text) })
    const results = await Promise.all([1, 2, 3].map(() => new Migrator({ db: opened.db, provider }).migrateToLatest()))
    expect(results.flatMap(({ error }) => error ?? [])).toEqual([])
    expect(results.flatMap(result => result.results ?? []).map(({ migrationName }) => migrationName)).toEqual([
      'one',
      'two',
    ])
    expect(texts.filter(text => text.includes('advisory'))).toEqual([])
    const outside = texts.filter(text => /create table "migrated"|alter table "migrated"/.test(text))
    expect(outside).toHaveLength(2)
  })

  it('streams rows, and gives the connection back when all are read, or the reader leaves', async () => {
    await using opened = await open()
    const { cluster } = opened
    await cluster.query('INSERT INTO accounts SELECT i, i FROM generate_series(3, 1000) AS g (i)')
    const db = new Kysely<Tables>({ dialect: new CockroachDialect(cluster, { cursor: Cursor }) })
    const ids: string[] = []
    for await (const { id } of db.selectFrom('accounts').select('id').orderBy('id').stream(100)) ids.push(id)
    expect([ids.length, ids.at(-1)]).toEqual([1000, '1000'])
    for await (const row of db.selectFrom('accounts').select('id').stream(10)) {
      expect(row).toHaveProperty('id')
      break
    }
    expect(await balances(db)).toHaveLength(1000)
    await expect.poll(() => cluster.pool.totalCount - cluster.pool.idleCount).toBe(0)
  })

  it('finds tables and columns by introspection', async () => {
    await using opened = await open()
    const [table] = await opened.db.introspection.getTables()
    expect(table?.name).toBe('accounts')
    expect(table?.columns.map(({ name, dataType, isNullable }) => [name, dataType, isNullable])).toEqual([
      ['id', 'int8', false],
      ['balance', 'numeric', false],
    ])
  })

  it('keeps one session in db.connection()', async () => {
    await using opened = await open()
    const name = await opened.db.connection().execute(async session => {
      await sql`SET application_name = 'pinned'`.execute(session)
      return await sql<{ application_name: string }>`SHOW application_name`.execute(session)
    })
    expect(name.rows).toEqual([{ application_name: 'pinned' }])
  })

  it('reads the past, and INT8 and DECIMAL exactly', async () => {
    await using opened = await open()
    const { rows } = await opened.cluster.query<{ at: Date }>('SELECT clock_timestamp() AS at')
    const at = new Date(rows[0]!.at.getTime() + 1)
    const exact = { id: '9007199254740993', balance: '90071992547409.93' }
    await opened.db.insertInto('accounts').values(exact).execute()
    const past = await withKysely(opened.cluster, opened.db).staleRead({ exact: at }, balancesOf =>
      balances(balancesOf),
    )
    expect(past).toEqual(['100.00', '0.00'])
    for (const either of [opened.db, opened.stock])
      expect(await either.selectFrom('accounts').selectAll().where('id', '=', exact.id).execute()).toEqual([exact])
    const types = valueTypes({ int8: 'bigint', decimal: 'decimal' })
    const typed = new Cluster({ connectionString: opened.dev.url, types })
    const db = new Kysely<Tables>({ dialect: new CockroachDialect(typed) })
    expect(await db.selectFrom('accounts').selectAll().orderBy('id', 'desc').executeTakeFirst()).toEqual({
      id: 9_007_199_254_740_993n,
      balance: Decimal.parse('90071992547409.93'),
    })
    await typed.close()
  })

  it('shows a query in pages', async () => {
    await using opened = await open()
    const { page } = withKysely(opened.cluster, opened.db)
    const query = opened.db.selectFrom('accounts').where('balance', '>=', '0').selectAll()
    const first = await page(query, { orderBy: ['id'], limit: 1 })
    expect(first.rows).toEqual([{ id: '1', balance: '100.00' }])
    const second = await page(query, { orderBy: ['id'], limit: 1, after: first.next })
    expect(second.rows).toEqual([{ id: '2', balance: '0.00' }])
  })
})
