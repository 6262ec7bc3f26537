import { Client, DatabaseError } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { DevCluster } from '../../src/dev-cluster.js'
import { retryReasons } from '../../src/faults/fault.js'
import {
  ambiguousCommits,
  cutConnections,
  lostReplies,
  retryErrors,
  slowNode,
  tooManyConnections,
} from '../../src/faults/fault-rules.js'

let cluster: DevCluster

beforeAll(async () => {
  cluster = await DevCluster.start({ nodes: 2, faultSeed: 'test' })
  const client = new Client({ connectionString: cluster.node(1).url })
  await client.connect()
  await client.query('CREATE TABLE kept (id INT PRIMARY KEY, note STRING)')
  await client.end()
})
beforeEach(() => cluster.faults.clear())
afterAll(() => cluster.stop())

async function connect(node = 1, applicationName = 'test'): Promise<Client> {
  const client = new Client({ connectionString: cluster.node(node).url, application_name: applicationName })
  client.on('error', () => undefined) // the query rejects as well
  await client.connect()
  onTestFinished(() => client.end().catch(() => undefined))
  return client
}

async function timeOf(client: Client): Promise<number> {
  const began = performance.now()
  await client.query('SELECT 1')
  return performance.now() - began
}

async function ids(): Promise<string[]> {
  const client = await connect(2, 'observer')
  return (await client.query<{ id: string }>('SELECT id FROM kept ORDER BY id')).rows.map(({ id }) => id)
}

describe('a slow node', () => {
  test('delays its own statements only', async () => {
    cluster.faults.add(slowNode(1, 60))
    const [slow, fast] = [await connect(1), await connect(2)]
    expect(await timeOf(slow)).toBeGreaterThanOrEqual(59)
    await timeOf(fast)
    expect(cluster.faults.list()).toMatchObject([{ hits: 1 }])
  })
})

describe('retry errors', () => {
  test.each(retryReasons)('carry the reason %s', async reason => {
    cluster.faults.add(retryErrors({ reason, inTransaction: true }))
    const client = await connect()
    await client.query('BEGIN')
    const error: unknown = await client.query('SELECT 1').catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(DatabaseError)
    const shown = reason === 'READ_WITHIN_UNCERTAINTY_INTERVAL' ? 'ReadWithinUncertaintyIntervalError' : reason
    expect(error).toMatchObject({
      code: '40001',
      message: expect.stringMatching(new RegExp(`^restart transaction: .*${shown}`)),
      hint: expect.stringContaining('transaction-retry-error-reference.html#'),
    })
    await client.query('ROLLBACK')
  })

  test('at commit leave nothing written', async () => {
    cluster.faults.add(retryErrors({ stage: 'commit', reason: 'RETRY_COMMIT_DEADLINE_EXCEEDED', times: 1 }))
    const client = await connect()
    await client.query('BEGIN')
    await client.query("INSERT INTO kept VALUES (100, 'x')")
    await expect(client.query('COMMIT')).rejects.toMatchObject({ code: '40001' })
    expect(await ids()).not.toContain('100')
  })
})

describe('ambiguous commits', () => {
  test.each([
    [true, 200],
    [false, 201],
  ])('of a transaction, committed: %s, tell the truth by their id', async (committed, id) => {
    cluster.faults.add(ambiguousCommits({ committed, application: 'test' }))
    const client = await connect()
    await client.query('BEGIN')
    await client.query('INSERT INTO kept VALUES ($1)', [id])
    const error = await client.query('COMMIT').catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: '40003', message: expect.stringContaining('result is ambiguous') })
    const truth = error instanceof DatabaseError ? cluster.faults.truth(error.detail ?? '') : undefined
    expect(truth).toBe(committed)
    expect((await ids()).includes(String(id))).toBe(committed)
  })

  test.each([
    [true, 210],
    [false, 211],
  ])('of a lone write, committed: %s', async (committed, id) => {
    cluster.faults.add(ambiguousCommits({ committed, application: 'test' }))
    const client = await connect()
    await expect(client.query('INSERT INTO kept VALUES ($1)', [id])).rejects.toMatchObject({ code: '40003' })
    expect(cluster.faults.truths().at(-1)).toMatchObject({ committed })
    expect((await ids()).includes(String(id))).toBe(committed)
  })
})

describe('cut connections', () => {
  test('before a statement leave it undone, and the connection dead', async () => {
    const client = await connect()
    cluster.faults.add(cutConnections('statement', { fingerprint: 'insert into kept', times: 1 }))
    await expect(client.query('INSERT INTO kept VALUES (300)')).rejects.toThrow(/terminated|ECONNRESET/)
    expect(await ids()).not.toContain('300')
  })

  test('before a commit roll the transaction back', async () => {
    const client = await connect()
    cluster.faults.add(cutConnections('commit', { times: 1 }))
    await client.query('BEGIN')
    await client.query('INSERT INTO kept VALUES (301)')
    await expect(client.query('COMMIT')).rejects.toThrow(/terminated|ECONNRESET/)
    expect(await ids()).not.toContain('301')
  })

  test('before the reply leave the statement done', async () => {
    const client = await connect()
    cluster.faults.add(lostReplies({ fingerprint: 'insert into kept', times: 1 }))
    await expect(client.query('INSERT INTO kept VALUES (302)')).rejects.toThrow(/terminated|ECONNRESET/)
    expect(await ids()).toContain('302')
  })

  test('at connect refuse a client', async () => {
    cluster.faults.add(cutConnections('connect', { node: 1, times: 1 }))
    await expect(connect(1)).rejects.toThrow(/terminated|ECONNRESET/)
    expect((await (await connect(1)).query('SELECT 1')).rowCount).toBe(1)
  })
})

test('a node with too many connections refuses new ones with 53300, and keeps those it has', async () => {
  const client = await connect(1)
  cluster.faults.add(tooManyConnections({ node: 1 }))
  await expect(connect(1)).rejects.toMatchObject({ code: '53300' })
  expect((await client.query('SELECT 1')).rowCount).toBe(1)
  expect((await (await connect(2)).query('SELECT 1')).rowCount).toBe(1)
})
