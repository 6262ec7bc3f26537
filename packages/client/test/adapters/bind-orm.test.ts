import { setTimeout as delay } from 'node:timers/promises'
import { cutConnections, DevCluster, retryErrors } from '@cerci/dev-cluster'
import { describe, expect, it } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { bindOrm, type OrmBinding } from '../../src/adapters/orm-transactions.js'
import { Cluster } from '../../src/cluster/cluster.js'
import type { Transaction } from '../../src/transaction/transaction.js'
import { caught } from '../fixture/caught.js'
import { openDatabase } from '../fixture/database.js'
import { commitError, startEntries } from '../fixture/entries.js'

const entries = await startEntries()

/** The smallest ORM: node-postgres' pool, with BEGIN and COMMIT. */
function bound(cluster: Cluster) {
  const orm: OrmBinding<Pick<Transaction, 'query'>> = {
    begin: async body => {
      const client = await cluster.pool.connect()
      try {
        await client.query('BEGIN')
        const value = await body(client)
        await client.query('COMMIT')
        return value
      } catch (error) {
        await client.query('ROLLBACK') // hides the error when it fails, as some ORMs do
        throw error
      } finally {
        client.release()
      }
    },
    execute: (tx, sql) => tx.query(sql),
  }
  return bindOrm(cluster, cluster, orm)
}

function nothing(): Promise<void> {
  return Promise.resolve()
}

async function show(tx: Pick<Transaction, 'query'>, name: string): Promise<unknown[]> {
  return Object.values((await tx.query(`SHOW ${name}`)).rows[0] ?? {})
}

describe('bindOrm', () => {
  it('puts modes into the transaction before its first statement', async () => {
    const { transaction, staleRead } = bound(await openDatabase())
    expect(await transaction(tx => show(tx, 'transaction_read_only'), { readOnly: true })).toEqual(['on'])
    expect(await transaction(tx => show(tx, 'transaction_isolation'), { isolation: 'read committed' })).toEqual([
      'read committed',
    ])
    expect(await transaction(tx => show(tx, 'transaction_priority'), { priority: 'high' })).toEqual(['high'])
    await transaction(tx => tx.query('CREATE TABLE past (id INT8)'))
    await delay(10)
    expect(await caught(staleRead({ exact: '-1ms' }, tx => tx.query('INSERT INTO past VALUES (1)')))).toMatchObject({
      code: '25006',
    })
    expect(await caught(transaction(() => Promise.resolve(), { asOf: "'; DROP TABLE x" }))).toMatchObject({
      code: 'CERCI_INVALID_OPTION',
    })
  })

  it('rejects when the function has swallowed what aborted the transaction', async () => {
    const { transaction } = bound(await openDatabase())
    const swallowed = transaction(tx => tx.query('SELECT * FROM nowhere').catch(() => {}))
    expect(await caught(swallowed)).toMatchObject({ code: 'CERCI_TRANSACTION_ABORTED', cause: { code: '42P01' } })
  })

  it('takes a COMMIT that the server cancelled for ambiguous, and lets verify settle it', async () => {
    const insert = "INSERT INTO entries (id, note) VALUES (1, 'x')"
    let runs = 0
    const transact = (verify?: () => Promise<boolean>) => {
      entries.onceAtCommit({ answer: commitError('57014'), end: false }) // by a time limit of the session
      return entries.withOne(one => bound(one).transaction(tx => (runs++, tx.query(insert)), { verify }))
    }
    expect(await caught(transact())).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT', sqlState: '57014' })
    expect(await transact(() => Promise.resolve(true))).toMatchObject({ rowCount: 1 })
    expect(runs).toBe(2)
  })

  it('takes an option that is undefined for one that was not given', async () => {
    const cluster = await openDatabase({ transaction: { maxAttempts: 2, readOnly: true } })
    const { transaction } = bound(cluster)
    const options = { maxAttempts: undefined, readOnly: undefined }
    let runs = 0
    const conflict = () => {
      runs++
      return Promise.reject(Object.assign(new Error('restart transaction'), { code: '40001' }))
    }
    // Caught at once, because either may end first.
    for (const error of [transaction(conflict, options), cluster.transaction(conflict, options)].map(caught))
      expect(await error).toMatchObject({ code: 'CERCI_RETRIES_EXHAUSTED', attempts: 2 })
    expect(runs).toBe(4)
    for (const shown of [
      transaction(tx => show(tx, 'transaction_read_only'), options),
      cluster.transaction(tx => show(tx, 'transaction_read_only'), options),
    ])
      expect(await shown).toEqual(['on'])
  })

  it('ends when its attempts, its deadline or its signal say so', async () => {
    const { transaction } = bound(await openDatabase())
    let runs = 0
    const conflict = () => {
      runs++
      return Promise.reject(Object.assign(new Error('restart transaction'), { code: '40001' }))
    }
    expect(await caught(transaction(conflict, { maxAttempts: 3 }))).toMatchObject({
      code: 'CERCI_RETRIES_EXHAUSTED',
      attempts: 3,
    })
    expect(runs).toBe(3)
    expect(await caught(transaction(conflict, { maxAttempts: 'unlimited', deadlineMs: 50 }))).toMatchObject({
      code: 'CERCI_TRANSACTION_DEADLINE',
    })
    const ran = runs
    const controller = new AbortController()
    controller.abort(new Error('enough'))
    await expect(transaction(conflict, { signal: controller.signal })).rejects.toThrow('enough')
    expect(runs).toBe(ran) // a signal that has fired forbids the first attempt too
  })

  it('takes isolation levels in any case', async () => {
    const { transaction } = bound(await openDatabase())
    expect(await transaction(tx => show(tx, 'transaction_isolation'), { isolation: 'READ COMMITTED' })).toEqual([
      'read committed',
    ])
  })

  it('runs a function once that must not be run again', async () => {
    const { transaction } = bound(await openDatabase())
    const conflict = Object.assign(new Error('restart transaction'), { code: '40001' })
    expect(await caught(transaction(() => Promise.reject(conflict), { retry: false }))).toMatchObject({ attempts: 1 })
  })

  it('reads the past of one moment only, and says how else it is read', async () => {
    const cluster = await openDatabase()
    const { staleRead } = bound(cluster)
    const calls: [string, readonly unknown[]][] = [
      ['use cluster.staleRead()', [{ maxStaleness: '10s' }, nothing]],
      ['exactly one of follower, exact is needed, not none', [{}, nothing]],
      ['staleRead({ follower: true }, async past =>', [nothing]],
    ]
    for (const [message, call] of calls) {
      const error = await caught(Reflect.apply(staleRead, undefined, call))
      expect(error).toMatchObject({ code: 'CERCI_INVALID_OPTION', message: expect.stringContaining(message) })
    }
    expect(cluster.pool.totalCount).toBe(0)
  })

  it('says what cannot be used, before anything is sent', async () => {
    const cluster = await openDatabase()
    const { transaction } = bound(cluster)
    const calls: [string, readonly unknown[]][] = [
      ['fn', ['SELECT 1']],
      ['verify', [nothing, { verify: true }]],
      ['signal', [nothing, { signal: new AbortController() }]],
      ['maxAttempts', [nothing, { maxAttempts: 0 }]],
      ['isolation', [nothing, { isolation: 'snapshot' }]],
      ['isolationLevel', [nothing, { isolationLevel: 'read committed' }]],
      ['protocol', [nothing, { protocol: 'cockroach_restart' }]],
      ['fn', [{ isolationLevel: 'read committed' }, nothing]],
      ['fn', []],
    ]
    for (const [option, call] of calls) {
      const error = await caught(Reflect.apply(transaction, undefined, call))
      expect(error).toMatchObject({ code: 'CERCI_INVALID_OPTION', message: expect.stringContaining(`"${option}"`) })
    }
    expect(cluster.pool.totalCount).toBe(0)
  })
})

describeFaults('bindOrm over a cluster with faults', () => {
  it('does not run again what a schema change has committed, when the connection is lost after it', async () => {
    await using dev = await DevCluster.start({ nodes: 1, regions: ['us-east-1'] })
    const cluster = new Cluster(dev.url)
    await cluster.query('CREATE TABLE counted (id UUID PRIMARY KEY DEFAULT gen_random_uuid())')
    const { transaction } = bound(cluster)
    const split = transaction(async tx => {
      await tx.query('INSERT INTO counted DEFAULT VALUES')
      await tx.query('CREATE TABLE IF NOT EXISTS made (id INT8 PRIMARY KEY)')
      dev.faults.add(cutConnections('statement', { times: 1 }))
      await tx.query('SELECT count(*) FROM counted')
    })
    expect(await caught(split)).toMatchObject({ code: 'CERCI_TRANSACTION_SPLIT' })
    dev.faults.clear()
    expect(await cluster.query('SELECT id FROM counted')).toMatchObject({ rowCount: 1 })
    await cluster.close()
  })

  it('runs again what was swallowed, if that was a conflict, and tells observers once of each', async () => {
    await using dev = await DevCluster.start({ nodes: 1, regions: ['us-east-1'] })
    const cluster = new Cluster(dev.url)
    const { transaction } = bound(cluster)
    const ends: number[] = []
    const unobserve = cluster.observe({
      unit: ({ kind }) => (kind === 'transaction' ? { end: ({ attempts }) => void ends.push(attempts) } : undefined),
    })
    dev.faults.add(retryErrors({ inTransaction: true, times: 1, fingerprint: 'SELECT _' }))
    let runs = 0
    await transaction(async tx => {
      runs++
      await tx.query('SELECT 1').catch(() => {})
    })
    unobserve()
    expect([runs, ends]).toEqual([2, [2]])
    await cluster.close()
  })
})
