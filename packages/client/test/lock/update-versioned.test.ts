import { beforeEach, expect, test } from 'vitest'
import { updateVersioned } from '../../src/lock/update-versioned.js'
import { VersionConflictError } from '../../src/lock/version-conflict-error.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()
await db.query(
  'CREATE TABLE articles (tenant TEXT, id INT8, body TEXT, version INT8 NOT NULL DEFAULT 1, PRIMARY KEY (tenant, id))',
)

const change = { table: 'articles', key: { tenant: 'a', id: 1 }, version: 1, set: { body: 'new' } }

beforeEach(async () => {
  await db.query('DELETE FROM articles')
  await db.query("INSERT INTO articles VALUES ('a', 1, 'old', 1), ('b', 1, 'old', 1)")
})

const bodies = async (): Promise<unknown[]> =>
  (await db.query('SELECT body, version::int4 FROM articles ORDER BY tenant')).rows.map(row => Object.values(row))

test('changes the row and counts its version up', async () => {
  expect(await updateVersioned(db, change)).toEqual({ tenant: 'a', id: '1', body: 'new', version: '2' })
  expect(await updateVersioned(db, { ...change, version: '2', set: { body: null } })).toMatchObject({
    body: null,
    version: '3',
  })
  expect(await updateVersioned(db, { ...change, version: 3n })).toMatchObject({ version: '4' })
  expect(await bodies()).toEqual([
    ['new', 4],
    ['old', 1],
  ])
})

test('of two changes based on one version, one wins and the other is told', async () => {
  const results = await Promise.allSettled([
    updateVersioned(db, change),
    updateVersioned(db, { ...change, set: { body: 'newer' } }),
  ])
  expect(results.map(result => result.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const lost = results.find(result => result.status === 'rejected')?.reason
  expect(lost).toBeInstanceOf(VersionConflictError)
  expect(lost).toMatchObject({ code: 'CERCI_VERSION_CONFLICT', expected: 1n, actual: 2n, table: 'articles' })
  expect((await bodies())[0]).toEqual([expect.stringMatching(/^newe?r?$/), 2])
})

test('a row that is gone is a conflict without a version', async () => {
  const gone = updateVersioned(db, { ...change, key: { tenant: 'a', id: 99 } })
  await expect(gone).rejects.toMatchObject({ code: 'CERCI_VERSION_CONFLICT', actual: undefined })
})

test('another column may count', async () => {
  await db.query('CREATE TABLE counted ("Id" INT8 PRIMARY KEY, "Rev" INT8 NOT NULL, note TEXT)')
  await db.query("INSERT INTO counted VALUES (1, 7, 'x')")
  const update = { table: 'counted', key: { Id: 1 }, version: 7, versionColumn: 'Rev', set: { note: 'y' } }
  expect(await updateVersioned(db, update)).toEqual({ Id: '1', Rev: '8', note: 'y' })
})

test.each([
  [{ ...change, set: {} }, 'set'],
  [{ ...change, set: { version: 5 } }, 'set'],
  [{ ...change, key: {} }, 'key'],
  [{ ...change, version: 1.5 }, 'version'],
  [{ ...change, version: 2 ** 53 }, 'version'],
  [{ ...change, version: '1; --' }, 'version'],
  [{ ...change, table: 'articles a' }, 'table'],
])('refuses %j', async (update, option) => {
  await expect(updateVersioned(db, update)).rejects.toMatchObject({ code: 'CERCI_INVALID_OPTION', option })
  expect(await bodies()).toEqual([
    ['old', 1],
    ['old', 1],
  ])
})
