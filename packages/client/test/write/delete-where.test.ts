import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type DeleteProgress, deleteWhere } from '../../src/write/delete-where.js'
import { insertMany } from '../../src/write/insert-many.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()

beforeAll(async () => {
  await db.query('CREATE TABLE events (tenant CHAR(3), id INT8, old BOOL NOT NULL, PRIMARY KEY (tenant, id))')
  await db.query('CREATE TABLE keyless_view_source (id INT8 PRIMARY KEY)')
  await db.query('CREATE VIEW keyless AS SELECT id FROM keyless_view_source')
})

beforeEach(async () => {
  await db.query('DELETE FROM events')
  const rows = Array.from({ length: 600 }, (_, id) => ({
    tenant: ['aaa', 'bbb', 'ccc'][id % 3],
    id,
    old: id % 2 === 0,
  }))
  await insertMany(db, 'events', rows)
})

const left = async (): Promise<number> => Number((await db.query('SELECT count(*) AS n FROM events')).rows[0]?.n)

test('deletes what matches, in batches', async () => {
  const seen: DeleteProgress[] = []
  const result = await deleteWhere(db, 'events', {
    where: 'old = $1',
    values: [true],
    batchRows: 70,
    onProgress: progress => seen.push(progress),
  })
  expect(result).toMatchObject({ deleted: 300, batches: 5, after: ['ccc', '596'] })
  expect(seen.map(progress => progress.deleted)).toEqual([70, 140, 210, 280, 300])
  expect(await left()).toBe(300)
})

test('goes on where an earlier run stopped', async () => {
  const controller = new AbortController()
  let reached: DeleteProgress | undefined
  const stopped = deleteWhere(db, 'events', {
    where: 'old',
    batchRows: 100,
    signal: controller.signal,
    onProgress: progress => {
      reached = progress
      if (progress.batches === 2) controller.abort(new Error('stop'))
    },
  })
  await expect(stopped).rejects.toThrow('stop')
  expect(await left()).toBe(400)
  const rest = await deleteWhere(db, 'events', { where: 'old', batchRows: 100, after: reached?.after })
  expect(rest).toMatchObject({ deleted: 100, after: ['ccc', '596'] })
})

test('does not look back behind the place it was told', async () => {
  expect(await deleteWhere(db, 'events', { where: 'true', after: ['bbb', '598'] })).toMatchObject({ deleted: 200 })
  expect(await left()).toBe(400)
})

test('another order may be given', async () => {
  const result = await deleteWhere(db, 'events', { where: 'id < $1', values: [50], orderBy: ['id'], batchRows: 20 })
  expect(result).toEqual({ deleted: 50, batches: 3, after: ['49'] })
})

test('nothing to delete', async () => {
  expect(await deleteWhere(db, 'events', { where: 'id < 0' })).toEqual({ deleted: 0, batches: 0, after: undefined })
})

test.each([
  [{ where: ' ' }, 'where'],
  [{ where: 'true', batchRows: 1.5 }, 'batchRows'],
  [{ where: 'true', orderBy: ['nope'] }, 'orderBy'],
  [{ where: 'true', after: ['one'] }, 'after'],
])('refuses %j', async (options, option) => {
  await expect(deleteWhere(db, 'events', options)).rejects.toMatchObject({ code: 'CERCI_INVALID_OPTION', option })
  expect(await left()).toBe(600)
})

test('refuses what has no key', async () => {
  await expect(deleteWhere(db, 'keyless', { where: 'true' })).rejects.toMatchObject({ option: 'orderBy' })
})
