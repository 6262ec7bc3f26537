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

/** Each column of the table and the file that runs the contract for it. */
const contracts: Readonly<Record<string, string>> = {
  'Knex 3.3': 'knex.test.ts',
  'Kysely 0.28': 'kysely.test.ts',
  'Drizzle 0.45': 'drizzle.test.ts',
  'Drizzle 1.0': 'drizzle-cockroach.test.ts',
  'Prisma 7': 'prisma.test.ts',
  'Sequelize 6': 'sequelize.test.ts',
  'TypeORM 1': 'typeorm.test.ts',
}

const suites = readdirSync(join(import.meta.dirname, 'fixture')).map(file =>
  sourceOf(join(import.meta.dirname, 'fixture', file)),
)

/** A source without its comments. */
function sourceOf(path: string): string {
  return readFileSync(path, 'utf8').replaceAll(/^\s*\/\/.*$|\/\*[\s\S]*?\*\//gm, '')
}

/** The names of the tests that run: of calls of `it` and `test`, and of what their `each` gives. */
function testsIn(source: string): Set<string> {
  const names = new Set<string>()
  for (const { index, 1: quote = '', 2: name = '' } of source.matchAll(/\(\s*(['"])((?:(?!\1)[^\\\n]|\\.)*)\1,/g)) {
    if (isTest(source.slice(0, index))) names.add(name.replaceAll(`\\${quote}`, quote))
  }
  return names
}

/** Whether a call that follows is one of `it`, `test` or, after its closed parenthesis, their `each`. */
function isTest(before: string): boolean {
  if (!before.endsWith(')')) return /(?<![.\w])(?:it|test)(?:\.concurrent)?$/.test(before)
  let depth = 0
  let at = before.length
  do {
    at--
    depth += before[at] === ')' ? 1 : before[at] === '(' ? -1 : 0
  } while (depth > 0 && at > 0)
  return /(?<![.\w])(?:it|test)(?:\.concurrent)?\.each$/.test(before.slice(0, at))
}

test.each(notes)('$mark names tests that run', ({ file, names }) => {
  const sources = file === undefined ? suites : [sourceOf(join(root, 'packages/client/test', file))]
  const tests = new Set(sources.flatMap(source => [...testsIn(source)]))
  expect(names.length).toBeGreaterThan(0)
  expect(names.filter(name => !tests.has(name))).toEqual([])
  const unrun = /\b(?:it|test|describe)\.(?:skip|todo|only|fails)\b/
  expect(sources.filter(source => unrun.test(source))).toEqual([])
})

test('the contract runs for every column, with all of its suites', () => {
  const header = text.split('\n').find(line => line.startsWith('| | ')) ?? ''
  const columns = header
    .split('|')
    .slice(2, -1)
    .map(name => name.trim())
  expect(columns).toEqual(Object.keys(contracts))
  for (const file of Object.values(contracts))
    expect(sourceOf(join(import.meta.dirname, file))).toMatch(/^await describeContract\(/m)
  const exported = suites.flatMap(source => [...source.matchAll(/^export function (describe\w+)/gm)])
  const contract = sourceOf(join(import.meta.dirname, 'fixture/contract.ts'))
  const called = new Set([...contract.matchAll(/^\s+(describe[A-Z]\w+)\(/gm)].map(([, name]) => name))
  expect(called).toEqual(new Set(exported.map(([, name]) => name)))
})

test('only what runs counts as a test', () => {
  const source = `
    it('one', () => {})
    test("it's", () => {})
    it.each([f(1), g((2))])(
      'three %s',
      () => {},
    )
    it.concurrent.each([4])('four %s', () => {})
    it.skip('skipped', () => {})
    it.skip.each([1])('each skipped', () => {})
    it.todo('todo')
    describe('described', () => {})
    expect('expected', 'why')
    emit('emitted', 1)
  `
  expect(testsIn(source)).toEqual(new Set(['one', "it's", 'three %s', 'four %s']))
})

test('every cell of the table that says something names a test, and every test is named by a cell', () => {
  const rows = text.split('\n').filter(line => line.startsWith('| **'))
  const cells = rows.flatMap(row => row.split('|').slice(2, -1)).map(cell => cell.trim())
  expect(cells.filter(cell => cell !== '' && !/\[\w+\]$/.test(cell))).toEqual([])
  const cited = new Set(cells.flatMap(cell => [...cell.matchAll(/\[(\w+)\]/g)].map(([, mark]) => mark)))
  expect(cited).toEqual(new Set(notes.map(({ mark }) => mark)))
})
