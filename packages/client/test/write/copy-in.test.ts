import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.js'
import type { ClusterOptions } from '../../src/cluster/options.js'
import { copyData, copyFrom } from '../../src/write/copy-from.js'
import { caught, until } from '../fixture/caught.js'
import { openDatabase } from '../fixture/database.js'
import { startNodes } from '../fixture/nodes.js'

const { proxies, url, directUrl } = await startNodes(1)
const [node] = proxies
if (node === undefined) throw new Error('no proxy')
const direct = await openDatabase({ connectionString: directUrl })
await direct.query('CREATE TABLE letters (id INT8 PRIMARY KEY, letter TEXT)')

const rows = [
  { id: 1, letter: 'a' },
  { id: 2, letter: 'b' },
]
const types = { id: 'int8', letter: 'text' }
const clusters: Cluster[] = []

/** Everything takes long by itself, so that only the signal ends it. */
function open(options: ClusterOptions = {}): Cluster {
  const cluster = new Cluster({
    connectionString: url,
    max: 1,
    connectTimeoutMs: 60_000,
    acquireTimeoutMs: 60_000,
    probeSilentAfterMs: 60_000,
    ...options,
  })
  clusters.push(cluster)
  return cluster
}

async function count(): Promise<number> {
  return Number((await direct.query('SELECT count(*) AS n FROM letters')).rows[0]?.n)
}

beforeEach(() => direct.query('DELETE FROM letters'))

afterEach(async () => {
  node.frozen = false
  node.onQuestion = () => 'pass'
  await Promise.all(clusters.splice(0).map(cluster => cluster.close({ deadlineMs: 10 })))
})

describe('the signal of a COPY on a node that does not answer ends it', () => {
  it('while it waits for a connection', async () => {
    const cluster = open()
    node.frozen = true
    const error = await caught(copyFrom(cluster, 'letters', rows, { types, signal: AbortSignal.timeout(50) }))
    expect(error).toMatchObject({ code: 'CERCI_QUERY_ABORTED', outcome: 'not-executed' })
    expect(cluster.pool.waitingCount).toBe(0)
    node.frozen = false
  })

  it('while the types of the columns are looked up', async () => {
    const cluster = open()
    await cluster.query('SELECT 1')
    node.frozen = true
    const error = await caught(copyFrom(cluster, 'letters', rows, { signal: AbortSignal.timeout(50) }))
    expect(error).toMatchObject({ code: 'CERCI_QUERY_ABORTED', outcome: 'aborted' })
  })

  it('before the node has asked for the data', async () => {
    const cluster = open()
    await cluster.query('SELECT 1')
    node.frozen = true
    const signal = AbortSignal.timeout(50)
    const error = await caught(copyData(cluster, 'letters', ['1\ta\n'], { signal }))
    expect(error).toMatchObject({ code: 'CERCI_QUERY_ABORTED', outcome: 'aborted', cause: signal.reason })
    expect(cluster.pool.totalCount).toBe(0)
    expect(await count()).toBe(0)
  })

  it('while it sends data', async () => {
    const cluster = open()
    await cluster.query('SELECT 1')
    const controller = new AbortController()
    async function* source(): AsyncGenerator<string> {
      yield '1\ta\n'
      if (node !== undefined) node.frozen = true
      controller.abort()
      await new Promise(() => {})
    }
    const error = await caught(copyData(cluster, 'letters', source(), { signal: controller.signal }))
    expect(error).toMatchObject({ code: 'CERCI_QUERY_ABORTED', outcome: 'aborted' })
    expect(await count()).toBe(0)
  })

  it('after the end of the data, when nobody can know whether it was written', async () => {
    const cluster = open()
    await cluster.query('SELECT 1')
    const endOfData = 'c\0\0\0\x04'
    node.onQuestion = ({ text }) => (text.includes(endOfData) ? 'swallow' : 'pass')
    const controller = new AbortController()
    const copied = caught(copyFrom(cluster, 'letters', rows, { types, signal: controller.signal }))
    await until('it is written', async () => (await count()) === 2)
    controller.abort()
    expect(await copied).toMatchObject({
      code: 'CERCI_AMBIGUOUS_COMMIT',
      cause: { code: 'CERCI_QUERY_ABORTED', outcome: 'unknown' },
    })
  })
})

it('waits for an answer that comes when the signal fires after the end of the data', async () => {
  const cluster = open()
  await cluster.query('SELECT 1')
  const controller = new AbortController()
  node.onQuestion = ({ text }) => {
    if (text.includes('c\0\0\0\x04')) {
      node.delayMs = 300
      setTimeout(() => controller.abort(), 100)
    }
    return 'pass'
  }
  expect(await copyFrom(cluster, 'letters', rows, { types, signal: controller.signal })).toEqual({ rows: 2 })
  expect(controller.signal.aborted).toBe(true)
  node.delayMs = 0
})
