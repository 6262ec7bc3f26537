import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/cluster/cluster.js'
import { MigrationLock, withMigrationLock } from '../../src/lock/migration-lock.js'
import { classify } from '../../src/retry/classify.js'
import { caught } from '../fixture/caught.js'
import { openDatabase } from '../fixture/database.js'

describe('withMigrationLock', () => {
  it('lets one at a time work, also with a pool that all of them fill', async () => {
    const cluster = await openDatabase({ max: 2 })
    let working = 0
    let most = 0
    await Promise.all(
      Array.from({ length: 4 }, () =>
        withMigrationLock(cluster, 'one', async () => {
          most = Math.max(most, ++working)
          await cluster.query('SELECT 1')
          working--
        }),
      ),
    )
    expect(most).toBe(1)
  })

  it('does not let locks of other names wait, and is free after work that failed', async () => {
    const cluster = await openDatabase()
    const lock = await MigrationLock.acquire(cluster, 'one')
    expect(await withMigrationLock(cluster, 'two', () => Promise.resolve('done'))).toBe('done')
    await lock.release()
    await expect(withMigrationLock(cluster, 'one', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
    expect(await withMigrationLock(cluster, 'one', () => Promise.resolve('done'))).toBe('done')
  })

  it('ends with the connection that holds it, and says so', async () => {
    const cluster = await openDatabase()
    const lock = await MigrationLock.acquire(cluster, 'one')
    loseLock(cluster)
    expect(await withMigrationLock(cluster, 'one', () => Promise.resolve('next'))).toBe('next')
    expect(() => lock.assertHeld()).toThrow(expect.objectContaining({ code: 'CERCI_MIGRATION_LOCK_LOST' }))
    expect(await caught(lock.release())).toMatchObject({ code: 'CERCI_MIGRATION_LOCK_LOST' })
  })

  it('fails when the lock is lost under work that succeeds, which is final', async () => {
    const cluster = await openDatabase()
    const lost = await caught(withMigrationLock(cluster, 'one', () => Promise.resolve(loseLock(cluster))))
    expect(lost).toMatchObject({
      code: 'CERCI_MIGRATION_LOCK_LOST',
      message: expect.stringContaining(
        '(killed), so another migration may run at the same time; what was applied stays',
      ),
    })
    expect(classify(lost)).toEqual({ kind: 'final', code: 'CERCI_MIGRATION_LOCK_LOST' })
  })

  it("keeps the work's own error when the lock is lost as well", async () => {
    const cluster = await openDatabase()
    const failed = new Error('failed')
    const work = (): Promise<void> => {
      loseLock(cluster)
      return Promise.reject(failed)
    }
    expect(await caught(withMigrationLock(cluster, 'one', work))).toBe(failed)
  })

  it('refuses a pool of one connection', async () => {
    const cluster = await openDatabase({ max: 1 })
    expect(await caught(withMigrationLock(cluster, 'one', () => Promise.resolve()))).toMatchObject({
      code: 'CERCI_INVALID_OPTION',
    })
  })
})

function loseLock(cluster: Cluster): void {
  const [holder] = [...cluster.pool.connections.clients].filter(client => client.getTransactionStatus() === 'T')
  holder?.destroy(new Error('killed'))
}
