import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { ambiguousCommits, DevCluster, lostReplies, retryErrors } from '@cerci/dev-cluster'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { AmbiguousCommitError } from '../../src/errors/transaction-errors.js'
import type { BulkWriteError } from '../../src/write/bulk-errors.js'
import { copyFrom } from '../../src/write/copy-from.js'
import { deleteWhere } from '../../src/write/delete-where.js'
import { insertMany } from '../../src/write/insert-many.js'
import { updateMany } from '../../src/write/update-many.js'
import { upsertMany } from '../../src/write/upsert-many.js'
import { caught, until } from '../fixture/caught.js'

function words(count: number, word = 'w'): { id: number; word: string }[] {
  return Array.from({ length: count }, (_, id) => ({ id, word: `${word}${id}` }))
}

describeFaults('writes on a cluster that fails', () => {
  let nodes: DevCluster
  let db: Cluster

  beforeAll(async () => {
    nodes = await DevCluster.start({ faultSeed: 'writes' })
    db = new Cluster({ connectionString: nodes.url, max: 6 })
    await db.query('CREATE TABLE words (id INT8 PRIMARY KEY, word TEXT NOT NULL)')
  })

  beforeEach(async () => {
    await db.query('DELETE FROM words')
  })

  afterEach(() => nodes.faults.clear())

  afterAll(async () => {
    await db.close()
    await nodes.stop()
  })

  const count = async (): Promise<number> => Number((await db.query('SELECT count(*) AS n FROM words')).rows[0]?.n)

  test('batches are run again on 40001, one by one', async () => {
    nodes.faults.add(retryErrors({ fingerprint: 'INSERT INTO', times: 5 }))
    expect(await insertMany(db, 'words', words(100), { batchRows: 10 })).toMatchObject({ written: 100, batches: 10 })
    nodes.faults.add(
      retryErrors({ fingerprint: 'UPDATE', times: 5 }),
      retryErrors({ id: 'd', fingerprint: 'DELETE', times: 5 }),
    )
    expect(await updateMany(db, 'words', words(100, 'new'), { batchRows: 10 })).toMatchObject({ written: 100 })
    expect(await deleteWhere(db, 'words', { where: "word LIKE 'new%'", batchRows: 30 })).toMatchObject({ deleted: 100 })
  })

  test('an insert whose fate nobody knows stops with the rows in question', async () => {
    nodes.faults.add(ambiguousCommits({ fingerprint: 'INSERT INTO', after: 2, times: 1 }))
    const failed = insertMany(db, 'words', words(50), { batchRows: 10, parallel: 1, onError: 'isolate' })
    const { cause, report } = (await failed.catch((error: unknown) => error)) as BulkWriteError
    expect(cause).toBeInstanceOf(AmbiguousCommitError)
    expect(report).toMatchObject({ written: 20, failures: [{ index: 20, error: cause }] })
    expect(report.failures[0]?.rows).toHaveLength(10)
  })

  test('what may be written twice is written again instead', async () => {
    nodes.faults.add(
      ambiguousCommits({ fingerprint: 'INSERT INTO', times: 3 }),
      lostReplies({ fingerprint: 'UPDATE', times: 2 }),
    )
    expect(await upsertMany(db, 'words', words(50), { batchRows: 10 })).toMatchObject({ written: 50 })
    expect(await insertMany(db, 'words', words(60), { batchRows: 10, onConflict: 'nothing' })).toMatchObject({
      rows: 60,
    })
    expect(await updateMany(db, 'words', words(60, 'new'), { batchRows: 10 })).toMatchObject({ written: 60 })
    expect(await count()).toBe(60)
  })

  test('an insert that leaves existing rows is written again only if it brings the key', async () => {
    await db.query('CREATE TABLE logs (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), line TEXT NOT NULL)')
    const lines = Array.from({ length: 10 }, (_, line) => ({ line: String(line) }))
    for (const types of [undefined, { line: 'TEXT' }]) {
      nodes.faults.add(lostReplies({ fingerprint: 'INSERT INTO', times: 1 }))
      const error = await caught(insertMany(db, 'logs', lines, { onConflict: 'nothing', types }))
      expect(error).toMatchObject({ code: 'CERCI_BULK_WRITE', cause: { code: 'CERCI_AMBIGUOUS_COMMIT' } })
      expect((await db.query('SELECT line, count(*)::int4 AS n FROM logs GROUP BY line')).rows).toHaveLength(10)
      expect((await db.query('SELECT count(*)::int4 AS n FROM logs')).rows).toEqual([{ n: 10 }])
      await db.query('DELETE FROM logs')
    }
    nodes.faults.clear()
    nodes.faults.add(lostReplies({ fingerprint: 'INSERT INTO', times: 1 }))
    const types = { id: 'INT8', word: 'TEXT' }
    expect(await insertMany(db, 'words', words(10), { onConflict: 'nothing', types })).toMatchObject({ rows: 10 })
    expect(await count()).toBe(10)
  })

  test('rows that can be read once only are not taken for none when a transaction runs again', async () => {
    const sources = [
      () => words(10).values(),
      () => Readable.from(words(10)),
      () => ReadableStream.from(words(10)),
      async function* rows(): AsyncGenerator<{ id: number; word: string }> {
        yield* words(10)
      },
    ]
    for (const make of sources) {
      nodes.faults.clear()
      nodes.faults.add(retryErrors({ stage: 'commit', times: 1 }))
      const outside = make()
      const error = await caught(db.transaction(tx => insertMany(tx, 'words', outside)))
      expect(error).toMatchObject({ code: 'CERCI_INVALID_OPTION', option: 'rows' })
      expect(await count()).toBe(0)
      nodes.faults.clear()
      nodes.faults.add(retryErrors({ stage: 'commit', times: 1 }))
      expect(await db.transaction(tx => insertMany(tx, 'words', make()))).toMatchObject({ written: 10 })
      await db.query('DELETE FROM words')
    }
    nodes.faults.clear()
    nodes.faults.add(retryErrors({ stage: 'commit', times: 1 }))
    const array = words(10)
    expect(await db.transaction(tx => insertMany(tx, 'words', array))).toMatchObject({ written: 10 })
    expect(await count()).toBe(10)
  })

  test('a node dies in the middle of an upsert', async () => {
    async function* rows(): AsyncGenerator<{ id: number; word: string }> {
      for (const row of words(2_000)) {
        if (row.id === 1_000) await nodes.node(2).kill()
        yield row
      }
    }
    const report = await upsertMany(db, 'words', rows(), { batchRows: 50 })
    expect(report).toMatchObject({ rows: 2_000, written: 2_000, failures: [] })
    expect(await count()).toBe(2_000)
    await nodes.node(2).start()
  })

  test('a node dies in the middle of a delete', async () => {
    await upsertMany(db, 'words', words(2_000), { batchRows: 500 })
    const killed: Promise<void>[] = []
    const { deleted } = await deleteWhere(db, 'words', {
      where: 'id < $1',
      values: [1_900],
      batchRows: 50,
      onProgress: ({ batches }) => {
        if (batches === 10) killed.push(nodes.node(1).kill())
        if (batches === 20)
          killed.push(
            nodes
              .node(1)
              .start()
              .then(() => nodes.node(3).kill()),
          )
      },
    })
    await Promise.all(killed)
    expect(await count()).toBe(100)
    expect(deleted).toBeGreaterThan(1_900 - 3 * 50)
    expect(deleted).toBeLessThanOrEqual(1_900)
    await nodes.node(3).start()
  })

  test('batches whose answers are lost are deleted all the same', async () => {
    await upsertMany(db, 'words', words(300))
    nodes.faults.add(lostReplies({ fingerprint: 'DELETE', times: 3 }))
    await deleteWhere(db, 'words', { where: 'id >= 100', batchRows: 20 })
    expect(await count()).toBe(100)
  })

  test('a node dies in the middle of a copy: nothing is written, and the error says so', async () => {
    async function* rows(): AsyncGenerator<{ id: number; word: string }> {
      for (const row of words(5_000)) {
        if (row.id === 2_500) {
          for (const node of nodes.nodes) await node.kill()
          // Rows that are sent before the loss is noticed may be the last ones, and then nobody knows.
          await until('the connection is lost', () => db.pool.totalCount === 0)
        }
        yield row
      }
    }
    const copied = copyFrom(db, 'words', rows())
    await expect(copied).rejects.toMatchObject({ code: 'CERCI_CONNECTION_LOST', outcome: 'aborted' })
    for (const node of nodes.nodes) await node.start()
    expect(await count()).toBe(0)
    expect(await copyFrom(db, 'words', words(5_000))).toEqual({ rows: 5_000 })
    expect(await count()).toBe(5_000)
  })

  test('a copy whose end nobody knows is ambiguous, and one that is refused at its end is not', async () => {
    nodes.faults.add(lostReplies({ fingerprint: 'COPY', times: 1 }))
    await expect(copyFrom(db, 'words', words(10))).rejects.toBeInstanceOf(AmbiguousCommitError)
    expect(await count()).toBe(10)
    await db.query('DELETE FROM words')
    await expect(copyFrom(db, 'words', [...words(3), { id: 1, word: 'twice' }])).rejects.toMatchObject({
      code: 'CERCI_UNIQUE_VIOLATION',
    })
    expect(await count()).toBe(0)
  })
})
