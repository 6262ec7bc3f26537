import { DevCluster, lostReplies, retryErrors } from '@cerci/dev-cluster'
import knex, { type Knex } from 'knex'
import { expect, it, vi } from 'vitest'
import { describeFaults, firstNode } from '../../../../test/fixture/cluster.js'
import { knexOptions, migrateToLatest, withKnex } from '../../src/adapters/knex.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { classify } from '../../src/retry/classify.js'
import { Decimal } from '../../src/value/decimal.js'
import { valueTypes } from '../../src/value/value-types.js'
import { caught } from '../fixture/caught.js'

interface Opened extends AsyncDisposable {
  readonly dev: DevCluster
  readonly cluster: Cluster
  /** On the cluster. */
  readonly db: Knex
  /** As everybody has it. */
  readonly stock: Knex
}

async function open(): Promise<Opened> {
  const dev = await DevCluster.start()
  const cluster = new Cluster(dev.url)
  const db = knex({ ...knexOptions(cluster) })
  const stock = knex({ client: 'cockroachdb', connection: firstNode(dev.url), pool: { min: 0, max: 4 } })
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

const move = async (trx: Knex.Transaction): Promise<void> => {
  await trx('accounts').where({ id: 1 }).decrement('balance', 1)
  await trx('accounts').where({ id: 2 }).increment('balance', 1)
}

/** Goes on in a transaction after a statement that took too long. */
const cancelled = (db: Knex): Promise<void> =>
  db.transaction(async trx => {
    await trx.raw('SAVEPOINT slow')
    const slow = trx.raw('SELECT pg_sleep(60)').timeout(200, { cancel: true })
    expect(await caught(Promise.resolve(slow))).toMatchObject({ name: 'KnexTimeoutError' })
    await trx.raw('ROLLBACK TO SAVEPOINT slow')
    await move(trx)
  })

describeFaults('Knex', () => {
  it('stock: a conflict fails the transaction; ours runs it again', async () => {
    await using opened = await open()
    for (const stage of ['statement', 'commit'] as const) {
      opened.dev.faults.add(retryErrors({ stage, inTransaction: true, times: 1 }))
      const error = await caught(opened.stock.transaction(move))
      expect(classify(error)).toEqual({ kind: 'serialization', code: '40001' })
      opened.dev.faults.add(retryErrors({ stage, inTransaction: true, times: 1 }))
      await withKnex(opened.cluster, opened.db).transaction(move)
      opened.dev.faults.clear()
    }
    expect(await opened.db('accounts').orderBy('id').pluck('balance')).toEqual(['98.00', '2.00'])
  })

  it('stock: a conflict under a savepoint can be masked by its failing ROLLBACK TO; ours keeps it as the cause', async () => {
    await using opened = await open()
    let runs = 0
    // What Knex does under a savepoint that the server has forgotten together with the transaction: its ROLLBACK TO fails, and that is what it reports.
    const masked = async (trx: Knex.Transaction): Promise<void> => {
      runs++
      await caught(Promise.resolve(trx.raw('SELECT 1')))
      await trx.raw('ROLLBACK TO SAVEPOINT forgotten')
    }
    const conflict = retryErrors({ inTransaction: true, times: 1, fingerprint: 'SELECT _' })
    opened.dev.faults.add(conflict)
    expect(classify(await caught(opened.stock.transaction(masked))).kind).toBe('final')
    opened.dev.faults.add(conflict)
    runs = 0
    await withKnex(opened.cluster, opened.db).transaction(async trx => {
      if (runs === 0) await masked(trx)
      else await move(trx)
    })
    expect(runs).toBe(1)
    expect(await opened.db('accounts').orderBy('id').pluck('balance')).toEqual(['99.00', '1.00'])
  })

  it('stock: a BEGIN that fails fails the transaction; ours begins again', async () => {
    await using opened = await open()
    const lost = lostReplies({ fingerprint: 'BEGIN', times: 1 })
    opened.dev.faults.add(lost)
    expect(classify(await caught(opened.stock.transaction(move))).kind).toBe('final')
    opened.dev.faults.add(lost)
    await withKnex(opened.cluster, opened.db).transaction(move)
    expect(opened.dev.faults.list()[0]?.hits).toBe(1)
    expect(await opened.stock('accounts').orderBy('id').pluck('balance')).toEqual(['99.00', '1.00'])
  })

  it('stock: a commit whose reply is lost looks like any lost connection; ours is an AmbiguousCommitError', async () => {
    await using opened = await open()
    const lost = lostReplies({ fingerprint: 'COMMIT', times: 1 })
    opened.dev.faults.add(lost)
    expect(classify(await caught(opened.stock.transaction(move))).kind).toBe('final')
    opened.dev.faults.add(lost)
    const ours = caught(withKnex(opened.cluster, opened.db).transaction(move))
    expect(await ours).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT' })
    expect(await opened.db('accounts').orderBy('id').pluck('balance')).toEqual(['98.00', '2.00'])
  })

  it('stock: a lost node fails reads until it is back; ours goes on', async () => {
    await using opened = await open()
    await opened.stock('accounts').select('id')
    await opened.dev.node(1).kill()
    expect(await caught(Promise.resolve(opened.stock('accounts').select('id')))).toBeInstanceOf(Error)
    for (let read = 0; read < 10; read++) expect(await opened.db('accounts').pluck('id')).toEqual(['1', '2'])
    await opened.dev.node(1).start()
    await expect.poll(() => opened.stock('accounts').pluck('id').catch(String)).toEqual(['1', '2'])
  })

  it('stock: a timeout that cancels breaks the connection; ours cancels the statement, and the transaction can go on', async () => {
    await using opened = await open()
    expect(String(await caught(cancelled(opened.stock)))).toMatch(/ in this direction of the protocol|not queryable/)
    await cancelled(opened.db)
    expect(await opened.db('accounts').orderBy('id').pluck('balance')).toEqual(['99.00', '1.00'])
  }, 60_000)

  it('cancels lone statements by options, and says so when it is asked in the way of Knex', async () => {
    await using opened = await open()
    const slow = () => opened.db.raw('SELECT pg_sleep(60)')
    const signal = AbortSignal.timeout(200)
    expect(await caught(Promise.resolve(slow().options({ timeoutMs: 200 })))).toMatchObject({
      code: 'CERCI_QUERY_TIMEOUT',
    })
    expect(await caught(Promise.resolve(slow().options({ signal })))).toMatchObject({ code: 'CERCI_QUERY_ABORTED' })
    const logged = vi.spyOn(opened.db.client.logger, 'warn').mockImplementation(() => {})
    const other = await opened.cluster.pool.connect()
    await other.query('BEGIN; UPDATE accounts SET balance = 7 WHERE id = 1')
    const waiting = opened.db('accounts').where({ id: 1 }).update({ balance: 5 }).timeout(200, { cancel: true })
    expect(await caught(Promise.resolve(waiting))).toMatchObject({ code: 'CERCI_INVALID_OPTION' })
    expect(logged.mock.lastCall).toEqual([expect.stringContaining('.options({ timeoutMs })')])
    await other.query('ROLLBACK')
    other.release()
    // It was not cancelled, as docs/orms.md says.
    await expect.poll(() => opened.db('accounts').where({ id: 1 }).pluck('balance')).toEqual(['5.00'])
  })

  it('streams rows, and gives the connection back when all are read, or the reader leaves', async () => {
    await using opened = await open()
    const { cluster, db } = opened
    await cluster.query('INSERT INTO accounts SELECT i, i FROM generate_series(3, 1000) AS g (i)')
    for (const either of [db, opened.stock]) {
      const ids: unknown[] = []
      for await (const { id } of either('accounts').select('id').orderBy('id').stream({ batchSize: 100 })) ids.push(id)
      expect([ids.length, ids.at(-1)]).toEqual([1000, '1000'])
    }
    for await (const row of db('accounts').select('id').stream({ batchSize: 10 })) {
      expect(row).toHaveProperty('id')
      break
    }
    await withKnex(cluster, db).transaction(async trx => {
      let rows = 0
      for await (const { id } of trx('accounts').stream()) rows += Number(id > 0)
      await trx('accounts').where({ id: 1 }).update({ balance: rows })
    })
    expect(await db('accounts').where({ id: 1 }).pluck('balance')).toEqual(['1000.00'])
    await expect.poll(() => cluster.pool.totalCount - cluster.pool.idleCount).toBe(0)
  })

  it('stock: a killed migration leaves its lock set; ours is gone with its process', async () => {
    await using opened = await open()
    const migrationSource: Knex.MigrationSource<string> = {
      getMigrations: () => Promise.resolve(['one']),
      getMigrationName: name => name,
      getMigration: () =>
        Promise.resolve({
          up: async db => await db.schema.createTable('migrated', table => void table.uuid('id').primary()),
          down: async db => await db.schema.dropTable('migrated'),
        }),
    }
    const config = { migrationSource, disableTransactions: true }
    await caught(
      opened.stock.migrate
        .latest({ ...config, migrationSource: { ...migrationSource, getMigrations: () => Promise.resolve([]) } })
        .then(() => Promise.reject(new Error('made the tables'))),
    )
    await opened.stock('knex_migrations_lock').update({ is_locked: 1 }) // where a killed process leaves it
    expect(await caught(opened.stock.migrate.latest(config))).toMatchObject({ name: 'MigrationLocked' })
    const applied: unknown[] = await Promise.all([
      migrateToLatest(opened.cluster, opened.db, config),
      migrateToLatest(opened.cluster, opened.db, config),
    ])
    expect(applied).toEqual(
      expect.arrayContaining([
        [1, ['one']],
        [expect.anything(), []],
      ]),
    )
    expect(await opened.db('knex_migrations').pluck('name')).toEqual(['one'])
    expect(await opened.db.schema.hasTable('migrated')).toBe(true)
  })

  it('reads the past, and INT8 and DECIMAL exactly', async () => {
    await using opened = await open()
    const { rows } = await opened.cluster.query<{ at: Date }>('SELECT clock_timestamp() AS at')
    const at = new Date(rows[0]!.at.getTime() + 1)
    await opened.db('accounts').insert({ id: '9007199254740993', balance: '90071992547409.93' })
    const { staleRead } = withKnex(opened.cluster, opened.db)
    expect(await staleRead({ exact: at }, past => past('accounts').pluck('id'))).toEqual(['1', '2'])
    for (const either of [opened.db, opened.stock])
      expect(await either('accounts').where({ id: '9007199254740993' }).first()).toEqual({
        id: '9007199254740993',
        balance: '90071992547409.93',
      })
    const types = valueTypes({ int8: 'bigint', decimal: 'decimal' })
    const typed = new Cluster({ connectionString: opened.dev.url, types })
    const { id, balance } = await knex({ ...knexOptions(typed) })('accounts')
      .orderBy('id', 'desc')
      .first()
    expect([id, balance]).toEqual([9_007_199_254_740_993n, Decimal.parse('90071992547409.93')])
    await typed.close()
  })

  it('refuses a Knex that has not taken the pool, as before 3.3', async () => {
    await using opened = await open()
    expect(() => withKnex(opened.cluster, knex({ client: 'cockroachdb' }))).toThrow('with Knex 3.3 or later')
  })

  it('shows a query in pages', async () => {
    await using opened = await open()
    const { page } = withKnex(opened.cluster, opened.db)
    const query = opened.db('accounts').where('balance', '>=', 0).select('id', 'balance')
    const first = await page(query, { orderBy: ['id'], limit: 1 })
    expect(first.rows).toEqual([{ id: '1', balance: '100.00' }])
    expect((await page(query, { orderBy: ['id'], limit: 1, after: first.next })).rows).toEqual([
      { id: '2', balance: '0.00' },
    ])
  })
})
