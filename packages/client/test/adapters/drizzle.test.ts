import { DevCluster, lostReplies, retryErrors } from '@cerci/dev-cluster'
import { eq, relations, sql } from 'drizzle-orm'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import { bigint, numeric, pgTable } from 'drizzle-orm/pg-core'
import { Pool } from 'pg'
import { expect, it } from 'vitest'
import { describeFaults, firstNode } from '../../../../test/fixture/cluster.js'
import { applyMigrations, withDrizzle } from '../../src/adapters/drizzle.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { classify } from '../../src/retry/classify.js'
import { caught } from '../fixture/caught.js'

const accounts = pgTable('accounts', {
  id: bigint({ mode: 'bigint' }).primaryKey(),
  balance: numeric({ precision: 19, scale: 2 }).notNull(),
})

interface Opened extends AsyncDisposable {
  readonly dev: DevCluster
  readonly cluster: Cluster
  readonly db: NodePgDatabase
  readonly stock: NodePgDatabase
  readonly stockPool: Pool
}

async function open(): Promise<Opened> {
  const dev = await DevCluster.start()
  const cluster = new Cluster({ connectionString: dev.url, max: 2 })
  const stockPool = new Pool({ connectionString: firstNode(dev.url), max: 2, connectionTimeoutMillis: 500 })
  stockPool.on('error', () => {})
  stockPool.on('connect', client => client.on('error', () => {}))
  await cluster.query('CREATE TABLE accounts (id INT8 PRIMARY KEY, balance DECIMAL(19,2) NOT NULL)')
  await cluster.query('INSERT INTO accounts VALUES (1, 100), (2, 0)')
  return {
    dev,
    cluster,
    db: drizzle({ client: cluster.pool }),
    stock: drizzle({ client: stockPool }),
    stockPool,
    [Symbol.asyncDispose]: async () => {
      await dev.stop()
      await cluster.close({ deadlineMs: 100 })
    },
  }
}

async function move(tx: Pick<NodePgDatabase, 'update'>): Promise<void> {
  await tx
    .update(accounts)
    .set({ balance: sql`${accounts.balance} - 1` })
    .where(eq(accounts.id, 1n))
  await tx
    .update(accounts)
    .set({ balance: sql`${accounts.balance} + 1` })
    .where(eq(accounts.id, 2n))
}

async function balances(db: Pick<NodePgDatabase, 'select'>): Promise<string[]> {
  const rows = await db.select({ balance: accounts.balance }).from(accounts).orderBy(accounts.id)
  return rows.map(row => row.balance)
}

describeFaults('Drizzle', () => {
  it('stock: a conflict fails the transaction, hidden in a cause; ours runs it again', async () => {
    await using opened = await open()
    for (const stage of ['statement', 'commit'] as const) {
      opened.dev.faults.add(retryErrors({ stage, inTransaction: true, times: 1 }))
      const error = await caught(opened.stock.transaction(move))
      expect(error).toMatchObject({ cause: { code: '40001' } })
      expect(error).not.toHaveProperty('code')
      expect(classify(error)).toEqual({ kind: 'serialization', code: '40001' })
      opened.dev.faults.add(retryErrors({ stage, inTransaction: true, times: 1 }))
      await withDrizzle(opened.cluster, opened.db).transaction(move)
      opened.dev.faults.clear()
    }
    expect(await balances(opened.db)).toEqual(['98.00', '2.00'])
  })

  it('stock: a commit whose reply is lost says "Failed query: rollback"; ours is an AmbiguousCommitError', async () => {
    await using opened = await open()
    const lost = lostReplies({ fingerprint: 'COMMIT', times: 1 })
    opened.dev.faults.add(lost)
    const error = await caught(opened.stock.transaction(move))
    expect(error).toMatchObject({ message: expect.stringContaining('Failed query: rollback') })
    opened.dev.faults.add(lost)
    expect(await caught(withDrizzle(opened.cluster, opened.db).transaction(move))).toMatchObject({
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

  it('stock: every BEGIN that fails costs a connection of the pool, for good; ours loses none', async () => {
    await using opened = await open()
    const failBegins = (times: number) => opened.dev.faults.add(lostReplies({ fingerprint: 'BEGIN', times }))
    failBegins(2)
    for (let run = 0; run < 2; run++) await caught(opened.stock.transaction(move))
    expect(await caught(balances(opened.stock))).toMatchObject({
      cause: { message: expect.stringContaining('timeout') },
    })
    failBegins(4)
    await withDrizzle(opened.cluster, opened.db).transaction(move)
    expect(await balances(opened.db)).toEqual(['99.00', '1.00'])
  })

  it('reads the past, and INT8 and DECIMAL exactly', async () => {
    await using opened = await open()
    const { rows } = await opened.cluster.query<{ at: Date }>('SELECT clock_timestamp() AS at')
    const at = new Date(rows[0]!.at.getTime() + 1)
    const exact = { id: 9_007_199_254_740_993n, balance: '90071992547409.93' }
    await opened.db.insert(accounts).values(exact)
    const { staleRead } = withDrizzle(opened.cluster, opened.db)
    expect(await staleRead({ exact: at }, past => balances(past))).toEqual(['100.00', '0.00'])
    expect(await opened.db.select().from(accounts).where(eq(accounts.id, exact.id))).toEqual([exact])
  })

  it('cannot help relations of 0.45, which come as JSON: there INT8 and DECIMAL are rounded', async () => {
    await using opened = await open()
    const exact = { id: 9_007_199_254_740_993n, balance: '90071992547409.93' }
    await opened.db.insert(accounts).values(exact)
    await opened.cluster.query('CREATE TABLE owners (id INT8 PRIMARY KEY, account INT8 NOT NULL REFERENCES accounts)')
    await opened.cluster.query('INSERT INTO owners VALUES (1, 9007199254740993)')
    const owners = pgTable('owners', {
      id: bigint({ mode: 'bigint' }).primaryKey(),
      account: bigint({ mode: 'bigint' }).notNull(),
    })
    const owned = relations(owners, ({ one }) => ({
      of: one(accounts, { fields: [owners.account], references: [accounts.id] }),
    }))
    const stock = new Pool({ connectionString: firstNode(opened.dev.url) })
    for (const client of [opened.cluster.pool, stock]) {
      const db = drizzle({ client, schema: { accounts, owners, owned } })
      const read = await db.query.owners.findFirst({ with: { of: true } })
      expect(read).toMatchObject({ account: exact.id, of: { id: 9_007_199_254_740_992n } })
      const joined = await db.select().from(owners).innerJoin(accounts, eq(accounts.id, owners.account))
      expect(joined).toMatchObject([{ accounts: exact }])
    }
    await stock.end()
  })

  it('applies migrations once, whoever else applies them, and goes on after one that failed', async () => {
    await using opened = await open()
    const one = {
      sql: ['CREATE TABLE one (id INT8 PRIMARY KEY)', 'INSERT INTO one VALUES (1)'],
      hash: 'a',
      folderMillis: 1,
    }
    const bad = { sql: ['ALTER TABLE nowhere ADD COLUMN a INT8'], hash: 'b', folderMillis: 2 }
    const two = { sql: ['ALTER TABLE one ADD COLUMN name STRING'], hash: 'c', folderMillis: 3, name: '0002_two' }
    await Promise.all([applyMigrations(opened.cluster, [one]), applyMigrations(opened.cluster, [one])])
    expect(await caught(applyMigrations(opened.cluster, [one, bad, two]))).toMatchObject({ sqlState: '42P01' })
    await applyMigrations(opened.cluster, [one, two])
    const { rows } = await opened.cluster.query(
      'SELECT hash, created_at, name FROM drizzle.__drizzle_migrations ORDER BY hash',
    )
    expect(rows).toEqual([
      { hash: 'a', created_at: '1', name: null },
      { hash: 'c', created_at: '3', name: '0002_two' },
    ])
    expect((await opened.cluster.query('SELECT id, name FROM one')).rows).toEqual([{ id: '1', name: null }])
  })
})
