import { DevCluster, lostReplies, retryErrors } from '@cerci/dev-cluster'
import { type ClusterTypeOrm, typeOrmOptions, withTypeOrm } from 'cerci/typeorm'
import { DataSource, type EntityManager, EntitySchema, EventSubscriber } from 'typeorm'
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
  const entities = [Row]
  const dev = await DevCluster.start()
  const cluster = new Cluster(dev.url)
  const db = await new DataSource({ ...typeOrmOptions(cluster), entities, subscribers }).initialize()
  const stock = await new DataSource({
    type: 'cockroachdb',
    url: firstNode(dev.url),
    timeTravelQueries: false,
    entities,
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

interface Row {
  id: string
  balance: string
}

const Row = new EntitySchema<Row>({
  name: 'Row',
  tableName: 'accounts',
  columns: { id: { type: 'int8', primary: true }, balance: { type: 'decimal', precision: 19, scale: 2 } },
})

/** Fails after COMMIT with what would be run again, had it failed before. */
class Afterwards {
  afterTransactionCommit(): Promise<void> {
    return Promise.reject(Object.assign(new Error('restart transaction'), { code: '40001' }))
  }
}
EventSubscriber()(Afterwards)

describeFaults('TypeORM', () => {
  it('an entity from outside is saved again, but cannot be removed again, and nothing is written then', async () => {
    await using opened = await open()
    const rows = opened.db.getRepository(Row)
    const [first, second] = await rows.find({ order: { id: 'ASC' } })
    const conflict = retryErrors({ stage: 'commit', inTransaction: true, times: 1 })
    opened.dev.faults.add(conflict)
    await opened.bound.transaction(manager => manager.save(Row, { ...first, balance: '7.00' }))
    opened.dev.faults.clear()
    opened.dev.faults.add(conflict)
    const removed = opened.bound.transaction(manager => manager.remove(Row, second!))
    expect(await caught(removed)).toMatchObject({ name: 'SubjectWithoutIdentifierError' })
    expect(await balances(opened.db)).toEqual(['7.00', '0.00'])
    opened.dev.faults.clear()
    opened.dev.faults.add(conflict)
    await opened.bound.transaction(manager => manager.delete(Row, { id: '2' }))
    expect(await balances(opened.db)).toEqual(['7.00'])
  })

  it('stock: save() by itself makes a transaction, which is replayed after a conflict; ours runs it again within transaction() only', async () => {
    await using opened = await open()
    const conflict = retryErrors({ stage: 'commit', inTransaction: true, times: 1 })
    opened.dev.faults.add(conflict)
    await opened.stock.getRepository(Row).save({ id: '1', balance: '7.00' })
    opened.dev.faults.clear()
    opened.dev.faults.add(conflict)
    const saved = opened.db.getRepository(Row).save({ id: '1', balance: '8.00' })
    expect(classify(await caught(saved)).kind).toBe('serialization')
    opened.dev.faults.clear()
    expect(await balances(opened.db)).toEqual(['7.00', '0.00'])
    opened.dev.faults.add(conflict)
    await opened.bound.transaction(manager => manager.save(Row, { id: '1', balance: '8.00' }))
    expect(opened.dev.faults.list()[0]?.hits).toBe(1)
    expect(await balances(opened.db)).toEqual(['8.00', '0.00'])
  })

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
