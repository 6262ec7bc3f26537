import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const text = readFileSync(join(root, 'docs/orms.md'), 'utf8')

/** `- [k1] `adapters/knex.test.ts`: "a test", "another"`, or `contract` for the suites in test/contract/fixture. */
const notes = [...text.matchAll(/^- \[(\w+)\] (?:`([^`]+)`|(contract)): (.*)$/gm)].map(
  ([, mark = '', file, , names = '']) => ({
    mark,
    file,
    names: [...names.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, name = '']) => name.replaceAll('\\"', '"')),
  }),
)

const contract = readdirSync(join(import.meta.dirname, 'fixture'))
  .map(file => readFileSync(join(import.meta.dirname, 'fixture', file), 'utf8'))
  .join('\n')

test.each(notes)('$mark names tests that exist', ({ file, names }) => {
  const source = file === undefined ? contract : readFileSync(join(root, 'packages/client/test', file), 'utf8')
  expect(names.length).toBeGreaterThan(0)
  expect(names.filter(name => !source.includes(`'${name}'`) && !source.includes(`"${name}"`))).toEqual([])
})

test('every cell of the table that says something names a test, and every test is named by a cell', () => {
  const rows = text.split('\n').filter(line => line.startsWith('| **'))
  const cells = rows.flatMap(row => row.split('|').slice(2, -1)).map(cell => cell.trim())
  expect(cells.filter(cell => cell !== '' && !/\[\w+\]$/.test(cell))).toEqual([])
  const cited = new Set(cells.flatMap(cell => [...cell.matchAll(/\[(\w+)\]/g)].map(([, mark]) => mark)))
  expect(cited).toEqual(new Set(notes.map(({ mark }) => mark)))
})
