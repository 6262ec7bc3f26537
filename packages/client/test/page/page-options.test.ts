import { expect, it } from 'vitest'
import { Pages } from '../../src/page/pages.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()
await db.query('CREATE TABLE posts (id INT8 PRIMARY KEY, author STRING, at TIMESTAMPTZ DEFAULT now())')
await db.query("INSERT INTO posts (id, author) VALUES (1, 'ada'), (2, 'eve'), (3, 'ada')")

it.each([
  ['SELECT id FROM posts LIMIT 3', 'LIMIT'],
  ['SELECT id FROM posts ORDER BY id', 'ORDER BY'],
  ['(SELECT id FROM posts) UNION SELECT 1 OFFSET 2;', 'OFFSET'],
  ['SELECT id FROM posts FETCH FIRST 3 ROWS ONLY', 'FETCH'],
])('a listing that orders or limits its rows itself is refused: %s', (text, clause) => {
  expect(() => new Pages({ text, orderBy: ['id'] })).toThrow(
    expect.objectContaining({ option: 'text', message: expect.stringContaining(`it has ${clause} of its own`) }),
  )
})

it.each([
  'SELECT * FROM (SELECT * FROM posts ORDER BY id LIMIT 3) AS chosen',
  'SELECT id, row_number() OVER (ORDER BY at) AS limit FROM posts',
  'SELECT id, \'LIMIT 3\' AS "order" FROM posts -- LIMIT 3',
  'SELECT DISTINCT ON (author) id, author FROM posts ORDER BY author, id',
  'WITH few AS (SELECT * FROM posts LIMIT 9) SELECT few.id FROM few',
])('a listing may order and limit what its own does not reach: %s', async text => {
  const { rows } = await new Pages({ text, orderBy: ['id'] }).page(db, { limit: 2 })
  expect(rows).toHaveLength(2)
})

it('options that would be ignored are refused, and so are values by name', async () => {
  const pages = new Pages({ text: 'SELECT * FROM posts', orderBy: ['id'] })
  const refused: [string, object][] = [
    ['offset', { offset: 10 }],
    ['orderBy', { orderBy: ['id'] }],
    ['limits', { limits: 10 }],
    ['values', { values: { author: 'ada' } }],
  ]
  for (const [option, request] of refused)
    await expect(pages.page(db, request)).rejects.toMatchObject({ code: 'CERCI_INVALID_OPTION', option })
  const misspelt = { text: 'SELECT * FROM posts', orderBy: ['id'], order: ['id'] }
  expect(() => new Pages(misspelt)).toThrow(expect.objectContaining({ option: 'order' }))
})
