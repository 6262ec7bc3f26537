import { DevCluster, retryErrors } from '@cerci/dev-cluster'
import { type ClusterSequelize, sequelizeOptions, withSequelize } from 'cerci/sequelize'
import { DataTypes, type Model, type ModelStatic, Sequelize, type Transaction } from 'sequelize'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { StaleInstanceError } from '../../src/errors/stale-instance-error.js'
import { classify } from '../../src/retry/classify.js'
import { caught } from '../fixture/caught.js'

describeFaults('a transaction of Sequelize that has to be run again', () => {
  let dev: DevCluster
  let cluster: Cluster
  let db: Sequelize
  let transaction: ClusterSequelize<Sequelize, Transaction>['transaction']
  let Account: ModelStatic<Model>
  const load = (tx?: Transaction) => Account.findByPk(1, { rejectOnEmpty: true, transaction: tx ?? null })
  const balance = async (): Promise<unknown> => (await load()).get('balance')

  beforeAll(async () => {
    dev = await DevCluster.start()
    cluster = new Cluster(dev.url)
    db = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
    transaction = withSequelize(cluster, db).transaction
    Account = db.define(
      'Account',
      { id: { type: DataTypes.BIGINT, primaryKey: true }, balance: DataTypes.INTEGER },
      { timestamps: false },
    )
  })

  afterAll(async () => {
    await db.close()
    await cluster.close()
    await dev.stop()
  })

  beforeEach(async () => {
    await Account.sync({ force: true })
    await Account.create({ id: 1, balance: 10 })
  })

  /** Fails the first attempt of the next transaction, once. */
  function fail(stage: 'statement' | 'commit'): void {
    const fingerprint = stage === 'statement' ? { fingerprint: 'UPDATE' } : {}
    dev.faults.add(retryErrors({ stage, inTransaction: true, times: 1, ...fingerprint }))
  }

  for (const stage of ['statement', 'commit'] as const) {
    it(`writes again what it has loaded and built itself, after a conflict at ${stage}`, async () => {
      fail(stage)
      let attempts = 0
      await transaction(async tx => {
        attempts++
        const account = await load(tx)
        account.set('balance', Number(account.get('balance')) - 1)
        await account.save({ transaction: tx })
        const other = Account.build({ id: 2, balance: 1 })
        await other.save({ transaction: tx })
        await other.update({ balance: 5 }, { transaction: tx })
        await db.transaction({ transaction: tx }, inner => other.destroy({ transaction: inner }))
        await Account.create({ id: 3 }, { transaction: tx })
      })
      expect({ attempts, balance: await balance(), rows: await Account.count() }).toEqual({
        attempts: 2,
        balance: 9,
        rows: 2,
      })
    })

    it(`is not over an instance from outside, after a conflict at ${stage}`, async () => {
      const writes: readonly ((account: Awaited<ReturnType<typeof load>>, tx: Transaction) => Promise<unknown>)[] = [
        (account, tx) => account.update({ balance: 7 }, { transaction: tx }),
        (account, tx) => account.set('balance', Number(account.get('balance')) - 1).save({ transaction: tx }),
        (account, tx) =>
          db.transaction({ transaction: tx }, inner => account.update({ balance: 7 }, { transaction: inner })),
      ]
      for (const write of writes) {
        const account = await load()
        fail(stage)
        const error = await caught(transaction(tx => write(account, tx)))
        expect(error).toBeInstanceOf(StaleInstanceError)
        expect(error).toMatchObject({ code: 'CERCI_STALE_INSTANCE', model: 'Account' })
        expect(classify(error)).toEqual({ kind: 'final', code: 'CERCI_STALE_INSTANCE' })
        expect(await balance()).toBe(10)
      }
    })
  }

  it('is not over a new instance from outside', async () => {
    const account = Account.build({ id: 2, balance: 1 })
    fail('commit')
    await expect(transaction(tx => account.save({ transaction: tx }))).rejects.toMatchObject({
      code: 'CERCI_STALE_INSTANCE',
    })
    expect(await Account.count()).toBe(1)
  })

  it('does not write an instance from outside that the first attempt has changed, but not written', async () => {
    const account = await load()
    fail('statement')
    const error = await caught(
      transaction(async tx => {
        account.set('balance', Number(account.get('balance')) - 1)
        await db.query('UPDATE "Accounts" SET balance = balance WHERE id = 1', { transaction: tx })
        await account.save({ transaction: tx })
      }),
    )
    expect(error).toMatchObject({ code: 'CERCI_STALE_INSTANCE' })
    expect(await balance()).toBe(10)
  })

  it('does not take an instance of the first attempt for one of the second', async () => {
    let kept: Awaited<ReturnType<typeof load>> | undefined
    fail('commit')
    const error = await caught(
      transaction(async tx => {
        kept ??= await load(tx)
        await kept.update({ balance: 7 }, { transaction: tx })
      }),
    )
    expect(error).toMatchObject({ code: 'CERCI_STALE_INSTANCE' })
    expect(await balance()).toBe(10)
  })

  it('counts in the database over any instance', async () => {
    const account = await load()
    fail('commit')
    await transaction(tx => account.decrement({ balance: 1 }, { transaction: tx }))
    expect(await balance()).toBe(9)
  })

  it('tells why the first attempt failed, and needs no second to write what is from outside', async () => {
    const account = await load()
    await transaction(tx => account.update({ balance: 7 }, { transaction: tx }))
    expect(await balance()).toBe(7)
    fail('statement')
    const error = await caught(transaction(tx => account.update({ balance: 8 }, { transaction: tx })))
    expect(error).toMatchObject({ cause: { parent: { code: '40001' } } })
  })

  it('is not when it is committed, whatever an afterCommit throws', async () => {
    let attempts = 0
    const error = await caught(
      transaction(async tx => {
        attempts++
        tx.afterCommit(() => {
          throw Object.assign(new Error('the mail server says'), { code: '40001' })
        })
        await Account.decrement({ balance: 1 }, { where: { id: 1 }, transaction: tx })
      }),
    )
    expect(error).toMatchObject({ code: 'CERCI_AFTER_COMMIT', cause: { message: 'the mail server says' } })
    expect(classify(error).kind).toBe('committed')
    expect({ attempts, balance: await balance() }).toEqual({ attempts: 1, balance: 9 })
  })
})
