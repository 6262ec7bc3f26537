import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { scopedTimeoutMs, withQueryTimeout } from '../../src/query/query-timeout-scope.js'
import { caught } from '../fixture/caught.js'
import { openDatabase } from '../fixture/database.js'

describe('withQueryTimeout', () => {
  it('counts for the statements of its work, for the innermost of several, and for none that is beside it', async () => {
    const seen = await withQueryTimeout(1000, async () => {
      await sleep(1)
      const inner = await withQueryTimeout(Number.POSITIVE_INFINITY, async () => scopedTimeoutMs())
      return [scopedTimeoutMs(), inner]
    })
    expect(seen).toEqual([1000, Number.POSITIVE_INFINITY])
    expect(scopedTimeoutMs()).toBeUndefined()
    const under = withQueryTimeout(1000, () => sleep(5))
    expect(scopedTimeoutMs()).toBeUndefined()
    await under
  })

  it('ends with its work, for what that has left running too', async () => {
    let left: Promise<number | undefined> | undefined
    await withQueryTimeout(1000, async () => {
      await withQueryTimeout(500, async () => {
        left = sleep(5).then(scopedTimeoutMs)
      })
      expect(await left).toBeUndefined()
    })
    await expect(withQueryTimeout(1000, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
    expect(scopedTimeoutMs()).toBeUndefined()
  })

  it('limits batches too, also of transactions, and gives way to what a statement says itself', async () => {
    const cluster = await openDatabase({ queryTimeoutMs: 200 })
    const slow = ['SELECT pg_sleep(0.4)']
    await withQueryTimeout(Number.POSITIVE_INFINITY, async () => {
      await cluster.batch(slow)
      await cluster.transaction(tx => tx.batch(slow))
      const own = caught(cluster.query({ text: 'SELECT pg_sleep(60)', timeoutMs: 200 }))
      expect(await own).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT' })
    })
    expect(await caught(cluster.batch(['SELECT pg_sleep(60)']))).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT' })
  })
})
