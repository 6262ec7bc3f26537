import { EventEmitter, getEventListeners, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { coalesce } from '../../src/write/coalesce.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()

function gate(): { open: () => void; opened: Promise<void> } {
  const opening = new EventEmitter()
  return { open: () => opening.emit('open'), opened: once(opening, 'open').then(() => undefined) }
}

describe('the queue', () => {
  test('calls gather while a batch is under way, and the last ones are not forgotten', async () => {
    const first = gate()
    const sizes: number[] = []
    const call = coalesce(db, {
      async run(rows: readonly number[]) {
        sizes.push(rows.length)
        if (sizes.length === 1) await first.opened
        return rows
      },
    })
    const results = [call(0)]
    await expect.poll(() => sizes.length).toBe(1)
    for (let i = 1; i <= 5; i++) results.push(call(i))
    expect(call.queued).toBe(5)
    first.open()
    expect(await Promise.all(results)).toEqual([0, 1, 2, 3, 4, 5])
    expect(sizes).toEqual([1, 5])
  })

  test('maxBatch, maxWaitMs and maxQueued are kept', async () => {
    const sizes: number[] = []
    const call = coalesce(db, {
      maxBatch: 3,
      maxWaitMs: 20,
      maxQueued: 4,
      run: async (rows: readonly number[]) => (sizes.push(rows.length), rows),
    })
    const results = [call(1), call(2)]
    await sleep(1)
    expect(sizes).toEqual([])
    results.push(call(3)) // full: does not wait any longer
    await Promise.all(results)
    expect(sizes).toEqual([3])
    expect(await call(4)).toBe(4)
    expect(sizes).toEqual([3, 1])
    const held = coalesce(db, { maxWaitMs: 5, maxQueued: 2, run: async (rows: readonly number[]) => rows })
    const waiting = [held(1), held(2)]
    await expect(held(3)).rejects.toMatchObject({ code: 'CERCI_COALESCE_FULL', queued: 2 })
    expect(await Promise.all(waiting)).toEqual([1, 2])
  })

  test('a key keeps its order across batches under way at once', async () => {
    const gates = [gate(), gate(), gate()]
    const batches: string[][] = []
    const call = coalesce(db, {
      maxInFlight: 3,
      by: (row: string) => row.slice(0, 1),
      async run(rows: readonly string[]) {
        batches.push([...rows])
        await gates[batches.length - 1]?.opened
        return rows
      },
    })
    const results = ['a1', 'b1', 'a2', 'c1', 'a3', 'b2'].map(row => call(row))
    await expect.poll(() => batches.length).toBe(1)
    expect(batches[0]).toEqual(['a1', 'b1', 'c1'])
    results.push(call('d1'))
    await expect.poll(() => batches.length).toBe(2)
    expect(batches[1]).toEqual(['d1'])
    gates[1]?.open()
    gates[0]?.open()
    await expect.poll(() => batches.length).toBe(3)
    expect(batches[2]).toEqual(['a2', 'b2'])
    gates[2]?.open()
    await Promise.all(results)
    expect(batches[3]).toEqual(['a3'])
  })

  test('a number and its text are one key', async () => {
    const batches: unknown[][] = []
    const call = coalesce(db, {
      by: (row: unknown) => row,
      run: async (rows: readonly unknown[]) => (batches.push([...rows]), rows),
    })
    await Promise.all([1, '1', 1n, 2, null, '2'].map(row => call(row)))
    expect(batches).toEqual([[1, 2, null], ['1', '2'], [1n]])
  })

  test.each([new Date(0), Buffer.from('a'), { id: 1 }, () => 1, [[1]]])('%s is no key', async key => {
    let runs = 0
    const call = coalesce(db, { by: () => key, run: async (rows: readonly number[]) => (runs++, rows) })
    await expect(call(1)).rejects.toMatchObject({ code: 'CERCI_INVALID_OPTION', option: 'by' })
    await call.drain()
    expect([runs, call.queued]).toEqual([0, 0])
  })

  test('a call may be taken out while it waits', async () => {
    const controller = new AbortController()
    const seen: number[] = []
    const call = coalesce(db, { run: async (rows: readonly number[]) => (seen.push(...rows), rows) })
    const results = [call(1), call(2, { signal: controller.signal }), call(3)]
    controller.abort(new Error('the user left'))
    await expect(results[1]).rejects.toMatchObject({ code: 'CERCI_QUERY_ABORTED' })
    expect(await Promise.all([results[0], results[2]])).toEqual([1, 3])
    expect(seen).toEqual([1, 3])
    await expect(call(4, { signal: controller.signal })).rejects.toMatchObject({ code: 'CERCI_QUERY_ABORTED' })
    const later = new AbortController()
    await call(5, { signal: later.signal })
    expect(getEventListeners(later.signal, 'abort')).toEqual([])
  })

  test('drain waits for all calls, failed ones too', async () => {
    let settled = 0
    const call = coalesce(db, {
      maxBatch: 1,
      run: async (rows: readonly number[]) => rows.map(row => (row === 2 ? new Error('no') : row)),
    })
    for (const row of [1, 2, 3])
      call(row).then(
        () => settled++,
        () => settled++,
      )
    await call.drain()
    expect(settled).toBe(3)
    await call.drain()
  })
})
