import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { Cluster } from '../../../src/cluster/cluster.js'
import { caught } from '../../fixture/caught.js'
import { startNodes } from '../../fixture/nodes.js'
import { askedAtEnd, get, openQuick, put, statementsPerWrite, syncsIn } from '../../fixture/pipelined.js'
import { shutdownNotice, type Verdict } from '../../fixture/proxy.js'

const { proxies, url, directUrl } = await startNodes(1)
const [first] = proxies
if (first === undefined) throw new Error('no proxy')
const proxy = first
const direct = new Cluster(directUrl)
const clusters: Cluster[] = []
afterAll(() => direct.close({ deadlineMs: 200 }))
await direct.query('CREATE TABLE notes (id INT8 PRIMARY KEY, n INT8 NOT NULL)')

async function open(): Promise<Cluster> {
  const cluster = await openQuick(url)
  clusters.push(cluster)
  return cluster
}

afterEach(async () => {
  proxy.onQuestion = () => 'pass'
  await Promise.all(clusters.splice(0).map(cluster => cluster.close({ deadlineMs: 200 })))
  await direct.query('DELETE FROM notes')
})

async function noted(): Promise<number[]> {
  return (await direct.query<{ id: string }>('SELECT id FROM notes ORDER BY id')).rows.map(({ id }) => Number(id))
}

/** Each outcome: `done`, or the error's code. */
async function codes(promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  return Promise.all(
    promises.map(async promise => {
      try {
        await promise
        return 'done'
      } catch (error) {
        return error instanceof Error && 'code' in error ? error.code : error
      }
    }),
  )
}

describe('statements in a pipeline', () => {
  it('of one turn leave in one write, at most four, and each gets its own answer', async () => {
    const cluster = await open()
    await Promise.all([1, 2, 3, 4, 5, 6].map(id => cluster.query(put, [id, id * 10])))
    const writes = statementsPerWrite(proxy)
    const results = await Promise.all([1, 2, 3, 4, 5, 6].map(id => cluster.query(get, [id])))
    expect(results.map(({ rows }) => rows)).toEqual([1, 2, 3, 4, 5, 6].map(id => [{ n: String(id * 10) }]))
    expect(writes[0]).toBe(4)
    // More than six when the machine is so busy that reads were moved away from one that took long.
    expect(writes.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(6)
  })

  it('fail alone, and keep the connection', async () => {
    const cluster = await open()
    const writes = statementsPerWrite(proxy)
    const outcomes = await codes([
      cluster.query(put, [1, 1]),
      cluster.query(put, [1, 2]),
      cluster.query(put, ['x', 2]),
      cluster.query(put, [2, 2]),
    ])
    expect(outcomes).toEqual(['done', 'CERCI_UNIQUE_VIOLATION', '22P02', 'done'])
    expect(writes).toEqual([4])
    expect(await noted()).toEqual([1, 2])
    expect(cluster.pool.totalCount).toBe(1)
    expect(cluster.pool.idleCount).toBe(1)
  })

  it('keep the prepared statements in step with the server when a Parse fails among them', async () => {
    const cluster = await open()
    const late = 'SELECT n FROM later WHERE id = $1'
    await caught(cluster.query(late, [0]))
    const among = [cluster.query(get, [1]), cluster.query(late, [1]), cluster.query(late, [2]), cluster.query(get, [1])]
    expect(await codes(among)).toEqual(['done', '42P01', '42P01', 'done'])
    await direct.query('CREATE TABLE later (id INT8 PRIMARY KEY, n INT8)')
    for (let round = 0; round < 3; round++) {
      expect(await codes([1, 2, 3].map(id => cluster.query(late, [id])))).toEqual(['done', 'done', 'done'])
    }
    await direct.query('DROP TABLE later')
  })

  it('are run anew when their plan is stale', async () => {
    const cluster = await open()
    await direct.query('CREATE TABLE shape (id INT8 PRIMARY KEY)')
    const all = 'SELECT * FROM shape WHERE id > $1'
    for (let n = 0; n < 3; n++) await cluster.query(all, [0])
    await direct.query('ALTER TABLE shape ADD COLUMN more TEXT')
    await direct.query("INSERT INTO shape VALUES (1, 'a')")
    const results = await Promise.all([1, 2, 3, 4].map(() => cluster.query(all, [0])))
    for (const { rows } of results) expect(rows).toEqual([{ id: '1', more: 'a' }])
    await direct.query('DROP TABLE shape')
  })

  it('that cannot be encoded are not sent, and cost the others nothing', async () => {
    const cluster = await open()
    const outcomes = codes([
      cluster.query(put, [1, 1]),
      cluster.query(put, [2, Symbol('no value')]),
      cluster.query(put, [3, 3]),
    ])
    expect((await outcomes).map(outcome => (outcome === 'done' ? outcome : 'failed'))).toEqual([
      'done',
      'failed',
      'done',
    ])
    expect(await noted()).toEqual([1, 3])
  })
})

/** Does this to the next write of four statements. */
function onceToFour(verdict: Verdict): void {
  let struck = false
  proxy.onQuestion = question => {
    if (struck || syncsIn(question) !== 4) return 'pass'
    struck = true
    return verdict
  }
}

describe('when the connection is lost', () => {
  const bindComplete = Buffer.from('2\0\0\0\u0004', 'latin1')
  const inserted = Buffer.from('C\0\0\0\u000fINSERT 0 1\0Z\0\0\0\u0005I', 'latin1')

  it.each(['before', 'after'] as const)(
    'writes that were sent are ambiguous, reads are run again (cut %s)',
    async verdict => {
      const cluster = await open()
      onceToFour(verdict)
      const outcomes = codes([
        cluster.query(put, [1, 1]),
        cluster.query(get, [1]),
        cluster.query(put, [2, 2]),
        cluster.query({ text: put, values: [3, 3], idempotent: true }),
      ])
      const [write, read, second, third] = await outcomes
      expect([write, read, second]).toEqual(['CERCI_AMBIGUOUS_COMMIT', 'done', 'CERCI_AMBIGUOUS_COMMIT'])
      expect(['done', 'CERCI_AMBIGUOUS_COMMIT']).toContain(third) // when the key exists, the row may be its first run's
      expect(await noted()).toContain(3)
    },
  )

  it('none is in doubt when the server took leave first: they are run elsewhere', async () => {
    const cluster = await open()
    onceToFour({ answer: shutdownNotice, end: true })
    expect(await codes([1, 2, 3, 4].map(id => cluster.query(put, [id, id])))).toEqual(['done', 'done', 'done', 'done'])
    expect(await noted()).toEqual([1, 2, 3, 4])
  })

  it('each has its own verdict: answered, begun, and not begun', async () => {
    const cluster = await open()
    // The first is answered, the second bound, and then the server takes leave. It is the proxy that says so: nothing was run.
    onceToFour({ answer: Buffer.concat([bindComplete, inserted, bindComplete, shutdownNotice]), end: true })
    expect(await codes([1, 2, 3, 4].map(id => cluster.query(put, [id, id])))).toEqual([
      'done',
      'CERCI_AMBIGUOUS_COMMIT',
      'done',
      'done',
    ])
    expect(await noted()).toEqual([3, 4])
  })

  it('none waits for a server that took leave and then says nothing more', async () => {
    const cluster = await open()
    onceToFour({ answer: shutdownNotice, end: false })
    expect(await codes([1, 2, 3, 4].map(id => cluster.query(put, [id, id])))).toEqual(['done', 'done', 'done', 'done'])
    expect(await noted()).toEqual([1, 2, 3, 4])
  })

  it('a statement that comes between the server’s end and the socket’s is run elsewhere', async () => {
    const cluster = await open()
    expect(await codes([askedAtEnd(cluster, proxies, () => cluster.query(put, [1, 1]))])).toEqual(['done'])
    expect(await noted()).toEqual([1])
  })

  it('what was not sent yet is run elsewhere', async () => {
    const cluster = await open()
    const client = await cluster.pool.connect()
    client.release()
    const outcomes = codes([1, 2, 3, 4].map(id => cluster.query(put, [id, id])))
    for (const { connection } of cluster.pool.connections.clients) connection.stream.destroy() // in the same turn
    expect(await outcomes).toEqual(['done', 'done', 'done', 'done'])
    expect(await noted()).toEqual([1, 2, 3, 4])
  })
})

describe('closing', () => {
  it('waits for all that was sent', async () => {
    const cluster = await open()
    const outcomes = codes([1, 2, 3, 4, 5, 6].map(id => cluster.query(put, [id, id])))
    await cluster.close()
    expect(await outcomes).toEqual(['done', 'done', 'done', 'done', 'done', 'done'])
    expect(await noted()).toEqual([1, 2, 3, 4, 5, 6])
  })
})
