import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.js'
import { withMigrationLock } from '../../src/lock/migration-lock.js'
import { insertMany } from '../../src/write/insert-many.js'
import { updateMany } from '../../src/write/update-many.js'
import { upsertMany } from '../../src/write/upsert-many.js'
import { caught } from '../fixture/caught.js'
import { openDatabase } from '../fixture/database.js'

/** Nothing listens there: what is refused is refused before anything is sent. */
const cluster = new Cluster('postgresql://app@127.0.0.1:1/bank')
const nothing = () => Promise.resolve()

function call(method: 'transaction' | 'staleRead', ...given: readonly unknown[]): Promise<unknown> {
  return caught(Reflect.apply(cluster[method], cluster, given))
}

describe('cluster.transaction()', () => {
  it.each([
    ['isolationLevel', 'read committed', 'write isolation'],
    ['accessMode', 'read only', 'write readOnly: true or false'],
    ['maxAttemts', 3, 'write maxAttempts, if that is meant'],
    ['readonly', true, 'write readOnly, if that is meant'],
    ['deferrable', true, 'CockroachDB has no deferrable transactions'],
    ['logging', false, 'it takes isolation, readOnly, priority, asOf, deadlineMs, maxAttempts'],
  ])('refuses %s, which it would ignore, and says what is meant', async (option, value, meant) => {
    expect(await call('transaction', nothing, { [option]: value })).toMatchObject({
      code: 'CERCI_INVALID_OPTION',
      option,
      message: expect.stringContaining(meant),
    })
  })

  it.each([
    ['options first', [{ isolationLevel: 'SERIALIZABLE' }, nothing], 'it comes first: transaction(async tx'],
    ['a level first', ['READ COMMITTED', nothing], 'it comes first: transaction(async tx'],
    ['no function', [], 'no transaction is committed by hand here'],
    ['a text', ['SELECT 1'], 'it must be a function'],
    ['a text for options', [nothing, 'READ COMMITTED'], 'must be an object'],
    ['null for options', [nothing, null], 'must be an object'],
  ])('says how it is called, where it gets %s', async (_, given, message) => {
    expect(await call('transaction', ...given)).toMatchObject({
      code: 'CERCI_INVALID_OPTION',
      message: expect.stringContaining(message),
    })
  })

  it('takes what is undefined for what was not given, and isolation levels in any case', async () => {
    const opened = await openDatabase()
    const options = { isolationLevel: undefined, isolation: 'READ COMMITTED' } as const
    const { rows } = await opened.transaction(tx => tx.query('SHOW transaction_isolation'), options)
    expect(rows).toEqual([{ transaction_isolation: 'read committed' }])
  })

  it('has its defaults looked at when the cluster is made', () => {
    const transaction = Object.assign({ readOnly: true }, { maxAttemts: 3 })
    expect(() => new Cluster({ transaction })).toThrow(expect.objectContaining({ option: 'maxAttemts' }))
  })
})

describe('what else takes options', () => {
  it.each<[string, string, (options: object) => Promise<unknown>]>([
    ['timeout', 'write timeoutMs', options => cluster.batch([{ text: 'SELECT 1' }], options)],
    ['queryTimeoutMs', 'it takes timeoutMs', options => withMigrationLock(cluster, 'mine', nothing, options)],
    ['ignoreDuplicates', "write onConflict: 'nothing'", options => insertMany(cluster, 'posts', [], options)],
    ['updateOnDuplicate', 'write update', options => upsertMany(cluster, 'posts', [], options)],
    ['batchSize', 'write batchRows', options => updateMany(cluster, 'posts', [], options)],
  ])('refuses %s, which it would ignore, and says to %s', async (option, meant, given) => {
    expect(await caught(given({ [option]: 1 }))).toMatchObject({
      code: 'CERCI_INVALID_OPTION',
      option,
      message: expect.stringContaining(meant),
    })
  })
})

describe('cluster.staleRead()', () => {
  it.each([
    ['maxStalenes', [{ maxStalenes: '10s' }, nothing], 'write maxStaleness, if that is meant'],
    ['asOf', [{ asOf: '-10s' }, nothing], 'write exact'],
    ['follower', [{ follower: false }, nothing], 'it must be true'],
    ['staleRead', [{ follower: true, exact: '-10s' }, nothing], 'exactly one of'],
    ['staleRead', [{ exact: undefined }, nothing], 'exactly one of'],
    ['staleRead', [nothing, { follower: true }], 'its options come first: staleRead({ follower: true }'],
    ['fn', [{ follower: true }], 'it must be a function'],
  ])('refuses %s as it is given', async (option, given, message) => {
    expect(await call('staleRead', ...given)).toMatchObject({
      code: 'CERCI_INVALID_OPTION',
      option,
      message: expect.stringContaining(message),
    })
  })

  it('takes what is undefined for what was not given', async () => {
    const opened = await openDatabase()
    const { rows } = await opened.staleRead(Object.assign({ exact: '-1ms' }, { follower: undefined }), past =>
      past.query('SHOW transaction_read_only'),
    )
    expect(rows).toEqual([{ transaction_read_only: 'on' }])
  })
})
