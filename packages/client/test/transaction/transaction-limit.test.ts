import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.js'
import { caught, until } from '../fixture/caught.js'
import { conflict, insert, startEntries } from '../fixture/entries.js'
import { LateCancels } from '../fixture/late-cancels.js'

const { proxies, cluster, url, directUrl, ids, withOne, onceAtCommit } = await startEntries()

describe('the deadline and the signal of a transaction', () => {
  it('gives up at its deadline, cancelling what runs on the server', async () => {
    const began = performance.now()
    const error = await caught(
      cluster.transaction(
        async tx => {
          await insert(tx, 1)
          await tx.query('SELECT pg_sleep(20)')
        },
        { deadlineMs: 80 },
      ),
    )
    expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_DEADLINE', deadlineMs: 80, attempts: 1 })
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(await ids()).toEqual([])
    const conflicting = await caught(cluster.transaction(conflict, { deadlineMs: 400, maxAttempts: 'unlimited' }))
    expect(conflicting).toMatchObject({ code: 'CERCI_TRANSACTION_DEADLINE', sqlState: 'CR000' })
  })

  it('does not wait for a function that forgets its deadline', async () => {
    const late: unknown[] = []
    const over = new AbortController()
    const error = await caught(
      cluster.transaction(
        async tx => {
          await insert(tx, 1)
          await once(over.signal, 'abort')
          late.push(await caught(insert(tx, 2)))
        },
        { deadlineMs: 1_000 },
      ),
    )
    over.abort()
    expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_DEADLINE' })
    await until('the function has gone on', () => late.length === 1)
    expect(late).toMatchObject([{ code: 'CERCI_TRANSACTION_DEADLINE' }])
    expect(await ids()).toEqual([])
  })

  it('ends by its signal', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('client left')), 50)
    const error = await caught(
      cluster.transaction(tx => tx.query('SELECT pg_sleep(20)'), { signal: controller.signal }),
    )
    expect(error).toMatchObject({ code: 'CERCI_QUERY_ABORTED', cause: { message: 'client left' } })
    expect(await caught(cluster.transaction(tx => insert(tx, 1), { signal: controller.signal }))).toMatchObject({
      code: 'CERCI_QUERY_ABORTED',
    })
    expect(await ids()).toEqual([])
  })

  it('does not retry a COMMIT that hangs past the deadline, and calls it ambiguous', async () => {
    onceAtCommit('swallow')
    const error = await caught(withOne(one => one.transaction(tx => insert(tx, 1), { deadlineMs: 400 })))
    expect(error).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT' })
  }, 15_000)

  it('calls a COMMIT ambiguous that hangs past the time limit of every statement', async () => {
    await withOne(
      async one => {
        await one.query('SELECT 1')
        onceAtCommit('swallow')
        expect(await caught(one.transaction(tx => insert(tx, 1)))).toMatchObject({
          code: 'CERCI_AMBIGUOUS_COMMIT',
          cause: { code: 'CERCI_QUERY_TIMEOUT', outcome: 'unknown' },
        })
      },
      { queryTimeoutMs: 1_000 },
    )
    expect(await ids()).toEqual([1])
  }, 15_000)

  it('never cancels a COMMIT that outlasts the time limit of every statement', async () => {
    const late = await LateCancels.start(directUrl)
    await withOne(
      async one => {
        await one.query('SELECT 1')
        late.expected = true
        for (const proxy of proxies) {
          proxy.onQuestion = ({ text }) => {
            if (text.includes('COMMIT')) proxy.delayMs = 700
            return 'pass'
          }
        }
        await one.transaction(tx => insert(tx, 1))
        for (const proxy of proxies) proxy.delayMs = 0
      },
      {
        queryTimeoutMs: 500,
        mapAddress: address => (late.expected ? { ...address, port: late.port } : address),
      },
    )
    expect(late.held).toBe(0)
    expect(await ids()).toEqual([1])
    await late.stop()
  })

  it('never cancels a COMMIT during which its pool is closed', async () => {
    const late = await LateCancels.start(directUrl)
    const { port } = late
    const one = new Cluster({
      connectionString: url,
      max: 1,
      mapAddress: address => (late.expected ? { ...address, port } : address),
    })
    await one.query('SELECT 1')
    onceAtCommit('swallow')
    const committing = caught(one.transaction(tx => insert(tx, 1)))
    await until('it is committed', async () => (await ids()).length === 1)
    late.expected = true
    await one.close({ deadlineMs: 10 })
    expect(await committing).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT' })
    expect(late.held).toBe(0)
    await late.stop()
  })

  it('says that a schema change has committed a part of it, even when its deadline passes then', async () => {
    const error = await caught(
      cluster.transaction(
        async tx => {
          await insert(tx, 1)
          await tx.query('CREATE TABLE IF NOT EXISTS late (id INT8 PRIMARY KEY)')
          await sleep(1_000)
        },
        { deadlineMs: 500 },
      ),
    )
    expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_SPLIT', cause: { code: 'CERCI_TRANSACTION_DEADLINE' } })
    expect(await ids()).toEqual([1])
  })
})

describe('the cancel request of a transaction whose deadline has passed', () => {
  it('does not strike who gets the connection next, however late it comes', async () => {
    const late = await LateCancels.start(directUrl)
    const { port } = late
    const fresh = new Cluster({
      connectionString: url,
      max: 1,
      mapAddress: address => (late.expected ? { ...address, port } : address),
    })
    await fresh.query('SELECT 1')
    late.expected = true
    const failed = caught(fresh.transaction(tx => tx.query('SELECT pg_sleep(0.2)'), { deadlineMs: 100 }))
    const next = fresh.query('SELECT pg_sleep(1), 7::INT4 AS n')
    await until('it was cancelled', () => late.held > 0)
    await sleep(500) // the statement has ended by now, and the next one runs if it may
    late.deliver()
    expect(await failed).toMatchObject({ code: 'CERCI_TRANSACTION_DEADLINE' })
    expect((await next).rows).toMatchObject([{ n: 7 }])
    await fresh.close({ deadlineMs: 10 })
    await late.stop()
  }, 15_000)
})
