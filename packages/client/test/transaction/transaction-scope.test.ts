import { describe, expect, it } from 'vitest'
import type { Transaction } from '../../src/transaction/transaction.js'
import { caught } from '../fixture/caught.js'
import { conflict, insert, startEntries } from '../fixture/entries.js'

const { cluster, ids } = await startEntries()

describe('the transaction that a function gets', () => {
  it('reports the first failure when a function swallows another error and goes on', async () => {
    const goesOn = await caught(
      cluster.transaction(async tx => {
        await tx.query('SELECT 1/0').catch(() => {})
        await insert(tx, 1)
      }),
    )
    expect(goesOn).toMatchObject({ code: 'CERCI_TRANSACTION_ABORTED', cause: { code: '22012' } })
    const returns = await caught(
      cluster.transaction(async tx => {
        await insert(tx, 1)
        await tx.query('SELECT 1/0').catch(() => {})
      }),
    )
    expect(returns).toMatchObject({ code: 'CERCI_TRANSACTION_ABORTED', cause: { code: '22012' } })
    expect(await ids()).toEqual([])
  })

  it('refuses to be used after its end', async () => {
    let leaked: Transaction | undefined
    await cluster.transaction(async tx => {
      leaked = tx
      await insert(tx, 1)
    })
    expect(await caught(leaked?.query('SELECT 1') ?? Promise.resolve())).toMatchObject({
      code: 'CERCI_TRANSACTION_ENDED',
    })
    expect(await caught(leaked?.savepoint(() => Promise.resolve()) ?? Promise.resolve())).toMatchObject({
      code: 'CERCI_TRANSACTION_ENDED',
    })
  })

  it('runs nothing more once a schema change has split it: that would be outside of it', async () => {
    let refused: unknown
    const error = await caught(
      cluster.transaction(async tx => {
        await insert(tx, 1)
        await tx.query('CREATE TABLE splitting (id INT8 PRIMARY KEY)')
        refused = await caught(insert(tx, 2))
      }),
    )
    expect([error, refused]).toMatchObject([{ code: 'CERCI_TRANSACTION_SPLIT' }, { code: 'CERCI_TRANSACTION_SPLIT' }])
    expect(await ids()).toEqual([1])
  })

  it('commits statements that were not awaited, or fails with them', async () => {
    await cluster.transaction(async tx => {
      void insert(tx, 1)
    })
    expect(await ids()).toEqual([1])
    const error = await caught(
      cluster.transaction(async tx => {
        insert(tx, 2).catch(() => {})
        insert(tx, 1).catch(() => {})
      }),
    )
    expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_ABORTED', cause: { code: '23505' } })
    expect(await ids()).toEqual([1])
  })
})

describe('savepoint', () => {
  it('undoes its own statements only', async () => {
    const outcome = await cluster.transaction(async tx => {
      await insert(tx, 1)
      const refused = await caught(
        tx.savepoint(async inner => {
          await insert(inner, 2)
          await insert(inner, 1)
        }),
      )
      const value = await tx.savepoint(async inner => {
        await insert(inner, 3)
        const inside = await caught(inner.savepoint(innermost => insert(innermost, 3)))
        return inside
      })
      return [refused, value]
    })
    expect(outcome).toMatchObject([{ code: 'CERCI_UNIQUE_VIOLATION' }, { code: 'CERCI_UNIQUE_VIOLATION' }])
    expect(await ids()).toEqual([1, 3])
  })

  it('undoes a swallowed error too', async () => {
    const error = await cluster.transaction(async tx => {
      await insert(tx, 1)
      return await caught(
        tx.savepoint(async inner => {
          await inner.query('SELECT 1/0').catch(() => {})
        }),
      )
    })
    expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_ABORTED', cause: { code: '22012' } })
    expect(await ids()).toEqual([1])
  })

  it('lets conflicts restart the whole transaction', async () => {
    const attempts = await cluster.transaction(async tx => {
      await insert(tx, tx.attempt)
      await tx.savepoint(async inner => {
        if (inner.attempt === 1) await conflict(inner)
      })
      return tx.attempt
    })
    expect(attempts).toBe(2)
    expect(await ids()).toEqual([2])
  })

  it('must not overlap another, and ends with its function', async () => {
    let leaked: Transaction | undefined
    const error = await caught(
      cluster.transaction(async tx => {
        await tx.savepoint(async inner => {
          leaked = inner
        })
        expect(await caught(leaked?.query('SELECT 1') ?? Promise.resolve())).toMatchObject({
          code: 'CERCI_TRANSACTION_ENDED',
        })
        await Promise.all([tx.savepoint(() => Promise.resolve()), tx.savepoint(() => Promise.resolve())])
      }),
    )
    expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_ENDED', message: expect.stringContaining('nest them') })
  })
})
