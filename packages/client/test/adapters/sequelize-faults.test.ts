import { DevCluster, lostReplies, retryErrors } from '@cerci/dev-cluster'
import { type ClusterSequelize, sequelizeOptions, withSequelize } from 'cerci/sequelize'
import {
  ConnectionAcquireTimeoutError,
  ConnectionError,
  ConnectionRefusedError,
  QueryTypes,
  Sequelize,
  type Transaction,
} from 'sequelize'
import { expect, it } from 'vitest'
import { describeFaults, firstNode } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { classify } from '../../src/retry/classify.js'
import { caught } from '../fixture/caught.js'

interface Opened extends AsyncDisposable {
  readonly dev: DevCluster
  /** On the cluster. */
  readonly db: Sequelize
  readonly bound: ClusterSequelize<Sequelize, Transaction>
  /** As everybody has it. */
  readonly stock: Sequelize
}

async function open(): Promise<Opened> {
  const dev = await DevCluster.start()
  const cluster = new Cluster(dev.url)
  const db = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
  const bound = withSequelize(cluster, db)
  const stock = new Sequelize(firstNode(dev.url), { dialect: 'postgres', logging: false })
  await cluster.query('CREATE TABLE accounts (id INT8 PRIMARY KEY, balance DECIMAL(19,2) NOT NULL)')
  await cluster.query('INSERT INTO accounts VALUES (1, 100), (2, 0)')
  return {
    dev,
    db,
    bound,
    stock,
    [Symbol.asyncDispose]: async () => {
      await db.close()
      await stock.close()
      await cluster.close()
      await dev.stop()
    },
  }
}

const moving =
  (db: Sequelize) =>
  async (transaction: Transaction): Promise<void> => {
    await db.query('UPDATE accounts SET balance = balance - 1 WHERE id = 1', { transaction })
    await db.query('UPDATE accounts SET balance = balance + 1 WHERE id = 2', { transaction })
  }

async function balances(db: Sequelize): Promise<string[]> {
  const rows = await db.query<{ balance: string }>('SELECT balance FROM accounts ORDER BY id', {
    type: QueryTypes.SELECT,
  })
  return rows.map(row => row.balance)
}

describeFaults('Sequelize', () => {
  it('stock: a conflict fails the transaction; ours runs it again', async () => {
    await using opened = await open()
    for (const stage of ['statement', 'commit'] as const) {
      opened.dev.faults.add(retryErrors({ stage, inTransaction: true, times: 1 }))
      const error = await caught(opened.stock.transaction(moving(opened.stock)))
      expect(classify(error)).toEqual({ kind: 'serialization', code: '40001' })
      opened.dev.faults.add(retryErrors({ stage, inTransaction: true, times: 1 }))
      await opened.bound.transaction(moving(opened.db))
      opened.dev.faults.clear()
    }
    expect(await balances(opened.db)).toEqual(['98.00', '2.00'])
  })

  it('stock: a BEGIN that fails fails the transaction; ours begins again', async () => {
    await using opened = await open()
    const lost = lostReplies({ fingerprint: 'START TRANSACTION', times: 1 })
    opened.dev.faults.add(lost)
    expect(classify(await caught(opened.stock.transaction(moving(opened.stock)))).kind).toBe('final')
    opened.dev.faults.add(lost)
    await opened.bound.transaction(moving(opened.db))
    expect(opened.dev.faults.list()[0]?.hits).toBe(1)
    expect(await balances(opened.stock)).toEqual(['99.00', '1.00'])
  })

  it('stock: a commit whose reply is lost looks like any lost connection; ours is an AmbiguousCommitError', async () => {
    await using opened = await open()
    const lost = lostReplies({ fingerprint: 'COMMIT', times: 1 })
    opened.dev.faults.add(lost)
    expect(classify(await caught(opened.stock.transaction(moving(opened.stock)))).kind).toBe('final')
    opened.dev.faults.add(lost)
    expect(await caught(opened.bound.transaction(moving(opened.db)))).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT' })
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

  it('tells an outage of all nodes, a pool in use and a closed one by its own kinds of ConnectionError', async () => {
    await using opened = await open()
    const { dev } = opened
    const cluster = new Cluster({ connectionString: dev.url, max: 1, acquireTimeoutMs: 300 })
    const db = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
    const { transaction } = withSequelize(cluster, db)
    const ways = [
      () => db.authenticate(),
      () => db.query('SELECT 1'),
      () => db.query('SELECT 1', rawErrors),
      () => db.transaction(unmanaged => db.query('SELECT 1', { transaction: unmanaged })),
      () => transaction(tx => db.query('SELECT 1', { transaction: tx })),
    ]
    const expectAll = async (Expected: ErrorClass, code: string): Promise<void> => {
      for (const run of ways) {
        const error = await caught(run())
        expect(error).toBeInstanceOf(Expected)
        expect(error).toMatchObject({ parent: { code } })
        expect(classify(error)).toEqual({ kind: 'final', code })
      }
    }
    await cluster.warmUp()
    await db.authenticate()

    const held = await cluster.pool.connect()
    await expectAll(ConnectionAcquireTimeoutError, 'CERCI_POOL_TIMEOUT')
    held.release()

    await Promise.all(dev.nodes.map(node => node.kill()))
    await expectAll(ConnectionRefusedError, 'CERCI_POOL_TIMEOUT')
    await Promise.all(dev.nodes.map(node => node.start()))
    await expect
      .poll(
        () =>
          db.authenticate().then(
            () => 'served',
            () => 'not yet',
          ),
        { timeout: 10_000 },
      )
      .toBe('served')

    await cluster.close()
    await expectAll(ConnectionError, 'CERCI_POOL_CLOSED')
    await db.close()
  })
})

type ErrorClass = abstract new (parent: Error) => Error

/** Not in Sequelize's types, but documented. */
const rawErrors: object = { rawErrors: true }
