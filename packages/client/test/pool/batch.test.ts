import { DevCluster } from '@cerci/dev-cluster'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/cluster/cluster.js'
import type { BatchOptions, BatchStatement } from '../../src/pool/batch.js'
import { valueTypes } from '../../src/value/value-types.js'
import { caught } from '../fixture/caught.js'
import { startNodes } from '../fixture/nodes.js'
import { askedAtEnd } from '../fixture/pipelined.js'
import { shutdownNotice, type Verdict } from '../fixture/proxy.js'

const { proxies, url, directUrl } = await startNodes(2)
const cluster = new Cluster({ connectionString: url, max: 4 })
const direct = new Cluster(directUrl)
await direct.query('CREATE TABLE notes (id INT8 PRIMARY KEY, text STRING, CONSTRAINT short CHECK (length(text) < 10))')
afterAll(() => Promise.all([cluster.close({ deadlineMs: 100 }), direct.close({ deadlineMs: 100 })]))

beforeEach(async () => {
  for (const proxy of proxies) proxy.onQuestion = () => 'pass'
  await direct.query('DELETE FROM notes')
})

function write(id: number, text = 'x'): BatchStatement {
  return { text: 'INSERT INTO notes VALUES ($1, $2)', values: [id, text] }
}

async function ids(): Promise<number[]> {
  return (await direct.query<{ id: string }>('SELECT id FROM notes ORDER BY id')).rows.map(({ id }) => Number(id))
}

/** Does this to the next batch. */
function once(verdict: Verdict): void {
  let done = false
  for (const proxy of proxies) {
    proxy.onQuestion = ({ text }) => {
      if (done || !text.includes('INTO notes')) return 'pass'
      done = true
      return verdict
    }
  }
}

describe('a batch', () => {
  it('is run elsewhere when it comes between the server’s end of its connection and the socket’s', async () => {
    const one = new Cluster({ connectionString: url, max: 1 })
    await one.query('SELECT 1')
    await askedAtEnd(one, proxies, () => one.batch([write(1), write(2)]))
    expect(await ids()).toEqual([1, 2])
    await one.close({ deadlineMs: 100 })
  })

  it('is in doubt when it is idempotent, was lost, and cannot be run again', async () => {
    let lost = false
    for (const proxy of proxies) {
      proxy.onQuestion = ({ text }) => {
        if (!text.includes('INTO notes')) return 'pass'
        lost = true
        for (const each of proxies) each.frozen = true
        return 'before'
      }
    }
    const one = new Cluster({ connectionString: url, max: 1 })
    const error = await caught(one.batch([write(1)], { idempotent: true, timeoutMs: 1_000 }))
    for (const proxy of proxies) proxy.frozen = false
    expect(lost).toBe(true)
    expect(error).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT', verifyError: { code: 'CERCI_QUERY_TIMEOUT' } })
    await one.close({ deadlineMs: 100 })
  })
  it('gives each statement its result, in one round trip', async () => {
    let questions = 0
    for (const proxy of proxies) proxy.onQuestion = () => (questions++, 'pass')
    const results = await cluster.batch([
      write(1),
      'SELECT count(*) AS n FROM notes',
      { text: 'SELECT id, text FROM notes WHERE id = $1', values: [1], rowMode: 'array' },
      { text: 'UPDATE notes SET text = $1 RETURNING id', values: ['y'], types: valueTypes({ int8: 'bigint' }) },
      'SELECT 1 AS one FROM notes WHERE false',
    ])
    expect(questions).toBe(1)
    expect(results.map(({ command, rowCount, rows }) => [command, rowCount, rows])).toEqual([
      ['INSERT', 1, []],
      ['SELECT', 1, [{ n: '1' }]],
      ['SELECT', 1, [['1', 'x']]],
      ['UPDATE', 1, [{ id: 1n }]],
      ['SELECT', 0, []],
    ])
    expect(results[4]?.fields.map(({ name }) => name)).toEqual(['one'])
  })

  it('takes effect as a whole or not at all', async () => {
    expect(await caught(cluster.batch([write(1), write(2, 'far too long'), write(3)]))).toMatchObject({
      code: 'CERCI_CHECK_VIOLATION',
      constraint: 'short',
    })
    expect(await ids()).toEqual([])
    expect(cluster.pool.totalCount).toBe(cluster.pool.idleCount)
    await cluster.batch([write(1), write(2)])
    expect(await ids()).toEqual([1, 2])
  })

  it('refuses what cannot be part of it, before anything is sent', async () => {
    for (const statement of ['COMMIT', 'SELECT 1; SELECT 2', 'CREATE TABLE t (a INT8)', 'SET a = 1', '']) {
      expect(await caught(cluster.batch([write(1), statement]))).toMatchObject({ option: 'batch[1]' })
    }
    expect(await caught(cluster.batch([{ text: 'SELECT $1', values: [Symbol('x')] }]))).toBeInstanceOf(Error)
    expect(await cluster.batch([])).toEqual([])
    expect(await ids()).toEqual([])
  })

  it('fails with what a parser throws, and keeps the connection', async () => {
    const broken = {
      getTypeParser: () => () => {
        throw new RangeError('unreadable')
      },
    }
    expect(await caught(cluster.batch([{ text: 'SELECT 1 AS one', types: broken }, 'SELECT 2']))).toBeInstanceOf(
      RangeError,
    )
    expect((await cluster.query('SELECT 3::INT8 AS n')).rows).toEqual([{ n: '3' }])
  })

  it('is cancelled on the server by its time and by its signal', async () => {
    const slow = [write(1), 'SELECT pg_sleep(30)']
    expect(await caught(cluster.batch(slow, { timeoutMs: 100 }))).toMatchObject({
      code: 'CERCI_QUERY_TIMEOUT',
      timeoutMs: 100,
      sqlState: '57014',
    })
    const reason = new Error('no longer wanted')
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 100)
    expect(await caught(cluster.batch(slow, { signal: controller.signal }))).toMatchObject({
      code: 'CERCI_QUERY_ABORTED',
      cause: reason,
    })
    expect(await caught(cluster.batch(slow, { signal: controller.signal }))).toMatchObject({
      code: 'CERCI_QUERY_ABORTED',
    })
    expect(await ids()).toEqual([])
    expect((await cluster.query('SELECT 3::INT8 AS n')).rows).toEqual([{ n: '3' }])
  })

  it('is seen by observers as one unit', async () => {
    const units: unknown[] = []
    const end = cluster.observe({ unit: ({ kind, text }) => void units.push([kind, text]) })
    await cluster.batch(['SELECT 1', 'SELECT 2'])
    end()
    expect(units).toEqual([['query', 'SELECT 1; SELECT 2']])
  })

  it('is seen by observers as one statement, in transactions too', async () => {
    const seen: unknown[] = []
    const end = cluster.observe({
      statement: ({ text, values, inTransaction, node }) => {
        if (!text.includes('notes')) return undefined
        return ({ rowCount, error, durationMs }) =>
          seen.push([text, values, inTransaction, rowCount, error === undefined, node !== undefined && durationMs > 0])
      },
    })
    const both = 'INSERT INTO notes VALUES ($1, $2); SELECT id FROM notes'
    await cluster.batch([write(1), 'SELECT id FROM notes'])
    await cluster.transaction(tx => tx.batch([write(2), 'SELECT id FROM notes']))
    await caught(cluster.batch([write(3, 'far too long'), 'SELECT id FROM notes']))
    end()
    expect(seen).toEqual([
      [both, [1, 'x'], false, 2, true, true],
      [both, [2, 'x'], true, 3, true, true],
      [both, [3, 'far too long'], false, undefined, false, true],
    ])
  })
})

describe('a batch whose connection is lost', () => {
  it.each<[Verdict, BatchOptions, string, number[]]>([
    ['before', {}, 'CERCI_AMBIGUOUS_COMMIT', []],
    ['after', {}, 'CERCI_AMBIGUOUS_COMMIT', [1, 2]],
    ['before', { idempotent: true }, 'done', [1, 2]],
    [{ answer: shutdownNotice, end: true }, {}, 'done', [1, 2]],
  ])('%j with %j', async (verdict, options, expected, rows) => {
    once(verdict)
    const outcome = await cluster.batch([write(1), write(2)], options).then(
      () => 'done',
      (error: unknown) => Reflect.get(Object(error), 'code'),
    )
    expect([outcome, await ids()]).toEqual([expected, rows])
  })

  it('is run again when it only reads', async () => {
    for (const verdict of ['before', 'after'] as const) {
      let done = false
      for (const proxy of proxies) {
        proxy.onQuestion = ({ text }) => (done || !text.includes('SELECT 7') ? 'pass' : ((done = true), verdict))
      }
      const [first, second] = await cluster.batch(['SELECT 7::INT4 AS n', 'SELECT 8::INT4 AS n'])
      expect([first?.rows, second?.rows]).toEqual([[{ n: 7 }], [{ n: 8 }]])
      expect(done).toBe(true)
    }
  })
})

describe('a batch inside a transaction', () => {
  it('is one round trip, and part of it', async () => {
    await cluster.transaction(async tx => {
      await tx.query('INSERT INTO notes VALUES (1)')
      const [, counted] = await tx.batch([write(2), 'SELECT count(*) AS n FROM notes'])
      expect(counted?.rows).toEqual([{ n: '2' }])
      await tx.savepoint(inner => inner.batch([write(3), write(3)])).catch(() => undefined)
    })
    expect(await ids()).toEqual([1, 2])
  })

  it('is subject to the time limit of a statement', async () => {
    const hasty = new Cluster({ connectionString: url, max: 1, queryTimeoutMs: 200 })
    const slow = hasty.transaction(tx => tx.batch([write(1), 'SELECT pg_sleep(30)']))
    expect(await caught(slow)).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT', outcome: 'cancelled', sqlState: '57014' })
    const behind = hasty.transaction(async tx => {
      const first = tx.query({ text: 'SELECT pg_sleep(1)', timeoutMs: 'unlimited' })
      const error = await caught(tx.batch([write(2)]))
      await first
      throw error
    })
    expect(await caught(behind)).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT', outcome: 'not-executed' })
    await hasty.transaction(tx => tx.batch([write(3)]))
    expect(await ids()).toEqual([3])
    await hasty.close({ deadlineMs: 100 })
  })

  it('runs the transaction again when its connection is lost', async () => {
    once('after')
    const attempt = await cluster.transaction(async tx => {
      await tx.batch([write(1), write(2)])
      return tx.attempt
    })
    expect([attempt, await ids()]).toEqual([2, [1, 2]])
  })

  it('fails with its first failure when that is swallowed', async () => {
    const swallowing = cluster.transaction(async tx => {
      await tx.batch([write(1), write(2, 'far too long'), write(3)]).catch(() => undefined)
      await tx.query('SELECT 1')
    })
    expect(await caught(swallowing)).toMatchObject({ code: 'CERCI_TRANSACTION_ABORTED' })
    expect(await ids()).toEqual([])
  })
})

describeFaults('a batch on a cluster of three nodes', () => {
  let dev: DevCluster
  let db: Cluster
  beforeAll(async () => {
    dev = await DevCluster.start({ nodes: 3 })
    db = new Cluster({ connectionString: dev.url })
    await db.query('CREATE TABLE counters (id INT8 PRIMARY KEY, n INT8 NOT NULL)')
    await db.query('INSERT INTO counters VALUES (1, 0), (2, 0)')
  })
  afterEach(() => dev.faults.clear())
  afterAll(async () => {
    await db.close()
    await dev.stop()
  })

  const both = ['UPDATE counters SET n = n + 1 WHERE id = 1', 'UPDATE counters SET n = n + 1 WHERE id = 2']
  const counters = async () => (await db.query('SELECT n FROM counters ORDER BY id')).rows.map(({ n }) => Number(n))

  it('is run again after 40001, and exactly once under conflicts and rolling drains', async () => {
    dev.faults.add({
      id: 'retry',
      stage: 'statement',
      fingerprint: 'UPDATE',
      times: 3,
      effect: { kind: 'retry', reason: 'RETRY_SERIALIZABLE' },
    })
    await db.batch(both)
    expect(await counters()).toEqual([1, 1])
    dev.faults.clear()
    const load = Array.from({ length: 8 }, async () => {
      for (let n = 0; n < 20; n++) await db.batch(both)
    })
    await dev.node(1).drain()
    await dev.node(1).start()
    await dev.node(2).drain()
    await Promise.all(load)
    expect(await counters()).toEqual([161, 161])
    await dev.node(2).start()
  })
})
