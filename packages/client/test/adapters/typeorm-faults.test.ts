import { DevCluster, lostReplies, retryErrors } from '@cerci/dev-cluster'
import { type ClusterTypeOrm, typeOrmOptions, withTypeOrm } from 'cerci/typeorm'
import { DataSource, type EntityManager, EventSubscriber } from 'typeorm'
import { expect, it } from 'vitest'
import { describeFaults, firstNode } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { classify } from '../../src/retry/classify.js'
import { caught } from '../fixture/caught.js'

interface Opened extends AsyncDisposable {
  readonly dev: DevCluster
  /** On the cluster. */
  readonly db: DataSource
  readonly bound: ClusterTypeOrm<DataSource, EntityManager>
  /** As everybody has it. */
  readonly stock: DataSource
}

async function open(subscribers: (new () => object)[] = []): Promise<Opened> {
  const dev = await DevCluster.start()
  const cluster = new Cluster(dev.url)
  const db = await new DataSource({ ...typeOrmOptions(cluster), subscribers }).initialize()
  const stock = await new DataSource({
    type: 'cockroachdb',
    url: firstNode(dev.url),
    timeTravelQueries: false,
    subscribers,
  }).initialize()
  await cluster.query('CREATE TABLE accounts (id INT8 PRIMARY KEY, balance DECIMAL(19,2) NOT NULL)')
  await cluster.query('INSERT INTO accounts VALUES (1, 100), (2, 0)')
  return {
    dev,
    db,
    bound: withTypeOrm(cluster, db),
    stock,
    [Symbol.asyncDispose]: async () => {
      await db.destroy()
      await stock.destroy()
      await cluster.close()
      await dev.stop()
    },
  }
}

async function move(manager: EntityManager): Promise<void> {
  await manager.query('UPDATE accounts SET balance = balance - 1 WHERE id = 1')
  await manager.query('UPDATE accounts SET balance = balance + 1 WHERE id = 2')
}

async function balances(db: DataSource): Promise<string[]> {
  const rows = await db.query<{ balance: string }[]>('SELECT balance FROM accounts ORDER BY id')
  return rows.map(row => row.balance)
}

/** Fails after COMMIT with what would be run again, had it failed before. */
class Afterwards {
  afterTransactionCommit(): Promise<void> {
    return Promise.reject(Object.assign(new Error('restart transaction'), { code: '40001' }))
  }
}
EventSubscriber()(Afterwards)

describeFaults('TypeORM', () => {
  it('stock and ours: a subscriber that fails after COMMIT fails the transaction; ours says that it is committed, and does not run it again', async () => {
    await using opened = await open([Afterwards])
    expect(classify(await caught(opened.stock.transaction(move))).kind).toBe('serialization')
    const error = await caught(opened.bound.transaction(move))
    expect(error).toMatchObject({ code: 'CERCI_AFTER_COMMIT', cause: { code: '40001' } })
    expect(classify(error).kind).toBe('committed')
    expect(await balances(opened.db)).toEqual(['98.00', '2.00'])
  })

  it('runs a transaction again after a conflict at a statement and at COMMIT', async () => {
    await using opened = await open()
    for (const stage of ['statement', 'commit'] as const) {
      let runs = 0
      opened.dev.faults.add(retryErrors({ stage, inTransaction: true, times: 1 }))
      await opened.bound.transaction(async manager => {
        runs++
        await move(manager)
      })
      expect(runs).toBe(2)
      opened.dev.faults.clear()
    }
    expect(await balances(opened.db)).toEqual(['98.00', '2.00'])
  })

  it('stock: a BEGIN that fails fails the transaction; ours begins again', async () => {
    await using opened = await open()
    const lost = lostReplies({ fingerprint: 'START TRANSACTION', times: 1 })
    opened.dev.faults.add(lost)
    expect(classify(await caught(opened.stock.transaction(move))).kind).toBe('final')
    opened.dev.faults.add(lost)
    await opened.bound.transaction(move)
    expect(opened.dev.faults.list()[0]?.hits).toBe(1)
    expect(await balances(opened.stock)).toEqual(['99.00', '1.00'])
  })

  it('stock: a commit whose reply is lost looks like any lost connection; ours is an AmbiguousCommitError', async () => {
    await using opened = await open()
    const lost = lostReplies({ fingerprint: 'COMMIT', times: 1 })
    opened.dev.faults.add(lost)
    expect(classify(await caught(opened.stock.transaction(move))).kind).toBe('final')
    opened.dev.faults.add(lost)
    expect(await caught(opened.bound.transaction(move))).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT' })
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
})
