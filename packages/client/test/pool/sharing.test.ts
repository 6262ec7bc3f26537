import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.js'
import type { ClusterOptions } from '../../src/cluster/options.js'
import { until } from '../fixture/caught.js'
import { startNodes } from '../fixture/nodes.js'
import { add, get, openQuick, put, statementsPerWrite } from '../fixture/pipelined.js'

const { proxies, url, directUrl } = await startNodes(1)
const [proxy] = proxies
if (proxy === undefined) throw new Error('no proxy')
const direct = new Cluster(directUrl)
const clusters: Cluster[] = []
afterAll(() => direct.close({ deadlineMs: 200 }))
await direct.query('CREATE TABLE notes (id INT8 PRIMARY KEY, n INT8 NOT NULL)')

async function open(options?: ClusterOptions): Promise<Cluster> {
  const cluster = await openQuick(url, options)
  clusters.push(cluster)
  return cluster
}

afterEach(async () => {
  proxy.onQuestion = () => 'pass'
  await Promise.all(clusters.splice(0).map(cluster => cluster.close({ deadlineMs: 200 })))
  await direct.query('DELETE FROM notes')
})

/** Somebody else's transaction that has locked note 1. */
async function lockNote(): Promise<() => Promise<void>> {
  await direct.query(put, [1, 0])
  const locker = await direct.pool.connect()
  await locker.query('BEGIN')
  await locker.query(add, [1, 1])
  return async () => {
    await locker.query('COMMIT')
    locker.release()
  }
}

async function note(id: number): Promise<number> {
  return Number((await direct.query<{ n: string }>(get, [id])).rows[0]?.n)
}

describe('nothing is sent behind', () => {
  it('a transaction, or a client that is checked out, not even by the client itself', async () => {
    const cluster = await open()
    const client = await cluster.pool.connect()
    const writes = statementsPerWrite(proxy)
    const waiting = Promise.all([cluster.query(get, [1]), cluster.query(get, [2])])
    await Promise.all([client.query(get, [1]), client.query(get, [2])])
    expect(writes).toEqual([1, 1])
    client.release()
    await waiting
  })

  it('a statement that may be cancelled, whose cancel request could strike another', async () => {
    const cluster = await open()
    const { signal } = new AbortController()
    const writes = statementsPerWrite(proxy)
    await Promise.all([
      cluster.query({ text: get, values: [1], signal }),
      cluster.query({ text: get, values: [2], timeoutMs: 5_000 }),
      cluster.query(get, [3]),
      cluster.query({ text: get, values: [4], timeoutMs: 5_000 }),
    ])
    expect(writes).toEqual([1, 1, 1, 1])
  })

  it('statements about transactions and settings', async () => {
    const cluster = await open()
    const writes = statementsPerWrite(proxy)
    const texts = ["SET application_name = 'x'", 'COMMIT', 'SHOW application_name', 'SELECT 1; SELECT 2']
    await Promise.all(texts.flatMap(text => [cluster.query(get, [1]), cluster.query(text)]))
    expect(Math.max(...writes)).toBe(1)
  })

  it.each([
    ['pipelining is off', { pipelining: false }],
    ['statements are not prepared, as behind a PgBouncer that pools transactions', { preparedStatements: false }],
    ['all statements have a time limit', { queryTimeoutMs: 5_000 }],
  ])('when %s', async (_, options) => {
    const cluster = await open(options)
    const writes = statementsPerWrite(proxy)
    await Promise.all([1, 2, 3, 4].map(id => cluster.query(get, [id])))
    expect(Math.max(...writes)).toBe(1)
  })

  it('a statement that has been running for long', async () => {
    const cluster = await open({ max: 2 })
    const unlock = await lockNote()
    const stuck = cluster.query(add, [1, 1])
    await new Promise(resolve => setTimeout(resolve, 30))
    // The other connection serves them all, some of them behind each other.
    await Promise.all(Array.from({ length: 20 }, () => cluster.query(put, [Math.trunc(Math.random() * 1e15), 0])))
    await unlock()
    await stuck
    expect(await note(1)).toBe(2)
  })

  it('a text that usually takes long', async () => {
    const cluster = await open()
    const slow = 'SELECT sum(n) FROM generate_series(1, 300000) AS g (n) WHERE n > $1'
    for (let n = 0; n < 3; n++) await cluster.query(slow, [n])
    const writes = statementsPerWrite(proxy)
    await Promise.all([1, 2, 3].map(n => cluster.query(slow, [n])))
    expect(writes).toEqual([1, 1, 1])
  })
})

describe('a statement that hangs', () => {
  it('keeps no read that was sent behind it', async () => {
    const cluster = await open({ max: 2 })
    const unlock = await lockNote()
    const busy = cluster.query({ text: 'SELECT pg_sleep(0.02)', timeoutMs: 60_000 })
    const writes = statementsPerWrite(proxy)
    const stuck = cluster.query(add, [1, 1])
    const reads = [2, 3].map(id => cluster.query(get, [id]))
    await Promise.all(reads)
    await unlock()
    await Promise.all([stuck, busy])
    expect(writes).toContain(3)
    expect(await note(1)).toBe(2)
    await until('the late answers have come', () => cluster.pool.idleCount === 2)
  })

  it('gets no write behind it while a transaction is open, which it might wait for, and which might wait for the write', async () => {
    const cluster = await open({ max: 3 })
    await direct.query(put, [1, 0])
    for (let round = 0; round < 20; round++) {
      const stuck: Promise<unknown>[] = []
      await cluster.transaction(async tx => {
        await tx.query(add, [1, 1])
        stuck.push(cluster.query(add, [1, 1])) // waits for the transaction
        await Promise.all([2, 3, 4, 5].map(id => cluster.query(add, [1, id]))) // the transaction waits for these
      })
      await Promise.all(stuck)
    }
    expect(await note(1)).toBe(40)
  })
})

describe('writes share connections again', () => {
  it('when a transaction, one that failed, a batch and a client are done', async () => {
    const cluster = await open()
    const users: (() => Promise<unknown>)[] = [
      () => cluster.transaction(tx => tx.query(put, [10, 0])),
      () => cluster.transaction(tx => tx.query(put, [10, 0])).catch(() => {}),
      () => cluster.batch([{ text: put, values: [11, 0] }]),
      async () => (await cluster.pool.connect()).release(),
    ]
    for (const [at, use] of users.entries()) {
      await use()
      cluster.pool.connections.context.statements.get(put).typicalMs = 0 // on a busy machine it might not be quick
      const writes = statementsPerWrite(proxy)
      await Promise.all([1, 2, 3, 4].map(n => cluster.query(put, [100 * at + 100 + n, 0])))
      expect(writes, `after user ${at}`).toEqual([4])
    }
  })
})

describe('who asks for a whole connection', () => {
  it('gets it in its turn, however many lone statements come', async () => {
    const cluster = await open()
    const load = { stop: false, done: 0 }
    const workers = Array.from({ length: 10 }, async () => {
      for (; !load.stop; load.done++) await cluster.query(get, [1])
    })
    for (let round = 0; round < 5; round++) {
      const before = load.done
      const client = await cluster.pool.connect()
      expect(load.done - before).toBeLessThan(100)
      await client.query(get, [1])
      client.release()
    }
    load.stop = true
    await Promise.all(workers)
  })
})
