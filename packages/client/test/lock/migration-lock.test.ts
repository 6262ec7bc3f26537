import { describe, expect, it } from 'vitest'
import { MigrationLock, withMigrationLock } from '../../src/lock/migration-lock.js'
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
    const [holder] = [...cluster.pool.connections.clients].filter(client => client.getTransactionStatus() === 'T')
    holder?.destroy(new Error('killed'))
    expect(await withMigrationLock(cluster, 'one', () => Promise.resolve('next'))).toBe('next')
    expect(await caught(lock.release())).toMatchObject({ code: 'CERCI_CONNECTION_LOST' })
  })

  it('refuses a pool of one connection', async () => {
    const cluster = await openDatabase({ max: 1 })
    expect(await caught(withMigrationLock(cluster, 'one', () => Promise.resolve()))).toMatchObject({
      code: 'CERCI_INVALID_OPTION',
    })
  })
})
