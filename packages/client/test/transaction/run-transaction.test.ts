import { describe, expect, it } from 'vitest'
import { caught } from '../fixture/caught.js'
import { conflict, insert, startEntries } from '../fixture/entries.js'

const { cluster, direct, ids } = await startEntries()

/** Takes 5 from one entry, as long as both together keep 10: the textbook case of write skew. */
/** Takes 5 from one entry, as long as both together keep 10: the textbook case of write skew. */
async function withdraw(from: number): Promise<number> {
  return await cluster.transaction(async tx => {
    const { rows } = await tx.query<{ sum: string }>('SELECT sum(note::INT8) AS sum FROM entries')
    await new Promise(resolve => setTimeout(resolve, 20))
    if (Number(rows[0]?.sum) >= 15)
      await tx.query('UPDATE entries SET note = (note::INT8 - 5)::TEXT WHERE id = $1', [from])
    return tx.attempt
  })
}

describe('transaction', () => {
  it('commits, and gives what the function gives', async () => {
    const result = await cluster.transaction(async tx => {
      await insert(tx, 1)
      await insert(tx, 2)
      return tx.attempt
    })
    expect(result).toBe(1)
    expect(await ids()).toEqual([1, 2])
  })

  it('rolls back what a throwing function did, and throws its error', async () => {
    const noFunds = new Error('no funds')
    const error = await caught(
      cluster.transaction(async tx => {
        await insert(tx, 1)
        throw noFunds
      }),
    )
    expect(error).toBe(noFunds)
    expect(await ids()).toEqual([])
    expect(cluster.pool.idleCount).toBe(cluster.pool.totalCount)
  })

  it('runs the whole function again after 40001, on the same connection', async () => {
    const backends = new Set<unknown>()
    const attempts = await cluster.transaction(async tx => {
      const { rows } = await tx.query('SELECT pg_backend_pid() AS pid')
      backends.add(rows[0]?.pid)
      await insert(tx, tx.attempt)
      if (tx.attempt < 3) await conflict(tx)
      return tx.attempt
    })
    expect(attempts).toBe(3)
    expect(backends.size).toBe(1)
    expect(await ids()).toEqual([3])
  })

  it('runs again when a real conflict strikes, in a statement or at COMMIT', async () => {
    await direct.query("INSERT INTO entries VALUES (1, '10'), (2, '10')")
    await Promise.all([withdraw(1), withdraw(2), withdraw(1), withdraw(2)])
    const { rows } = await direct.query<{ sum: string }>('SELECT sum(note::INT8) AS sum FROM entries')
    expect(Number(rows[0]?.sum)).toBe(10)
  })

  it('is not fooled by a function that swallows 40001, or wraps it beyond recognition', async () => {
    const swallowed = await cluster.transaction(async tx => {
      await insert(tx, tx.attempt)
      if (tx.attempt === 1) await conflict(tx).catch(() => {})
      return tx.attempt
    })
    expect(swallowed).toBe(2)
    const wrapped = await cluster.transaction(async tx => {
      if (tx.attempt === 1) {
        await conflict(tx).catch(() => {
          throw new Error('could not save')
        })
      }
      return tx.attempt
    })
    expect(wrapped).toBe(2)
    expect(await ids()).toEqual([2])
  })

  it('gives up after maxAttempts', async () => {
    let runs = 0
    const error = await caught(
      cluster.transaction(
        async tx => {
          runs++
          await conflict(tx)
        },
        { maxAttempts: 3 },
      ),
    )
    expect(error).toMatchObject({ code: 'CERCI_RETRIES_EXHAUSTED', attempts: 3, sqlState: 'CR000' })
    expect(runs).toBe(3)
  })

  it('throws violations as classes', async () => {
    await direct.query("INSERT INTO entries VALUES (1, 'x')")
    expect(await caught(cluster.transaction(tx => insert(tx, 1)))).toMatchObject({
      code: 'CERCI_UNIQUE_VIOLATION',
      columns: ['id'],
    })
    expect(await caught(cluster.transaction(tx => insert(tx, 5000)))).toMatchObject({
      code: 'CERCI_CHECK_VIOLATION',
      constraint: 'small',
    })
    expect(await caught(cluster.query('INSERT INTO entries (id) VALUES (7)'))).toMatchObject({
      code: 'CERCI_NOT_NULL_VIOLATION',
      column: 'note',
    })
    expect(await caught(cluster.query('INSERT INTO children VALUES (1, 77)'))).toMatchObject({
      code: 'CERCI_FOREIGN_KEY_VIOLATION',
    })
    expect(await caught(cluster.pool.query('INSERT INTO children VALUES (1, 77)'))).toMatchObject({ code: '23503' })
  })
})
