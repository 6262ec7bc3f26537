import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { freshDatabase } from '../../../test/fixture/cluster.js'
import { Cluster } from '../src/cluster/cluster.js'

const root = join(import.meta.dirname, '../../..')

/** Inside the package, so that the examples' imports are resolved as an application's are. */
const folder = mkdtempSync(join(import.meta.dirname, 'example-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Example {
  readonly place: string
  readonly code: string
}

/** Every example on these pages that uses the client is a program. */
const pages = [
  'README.md',
  'packages/client/README.md',
  ...['client', 'errors', 'bulk', 'stale-reads', 'pagination', 'observability', 'values'].map(
    page => `docs/${page}.md`,
  ),
]

/** Examples that import what they use are whole programs, and are run; the others are fragments that show a call. */
const examples = [
  ...filesIn(join(import.meta.dirname, '../src'), '.ts').flatMap(fromJsDoc),
  ...pages.flatMap(page => fromMarkdown(join(root, page))),
].filter(({ code }) => /^import .* from 'cerci/m.test(code))

const url = await freshDatabase()
const cluster = new Cluster(url)
await cluster.query('CREATE TABLE accounts (id INT8 PRIMARY KEY, balance INT8 NOT NULL)') // of the README
await cluster.close()

beforeEach(() => {
  vi.stubEnv('DATABASE_URL', url)
  vi.stubEnv('CERTS', join(import.meta.dirname, 'fixture/tls'))
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

test.each(examples.map((example, index) => [example.place, example.code, index] as const))(
  '%s',
  async (_, code, index) => {
    const file = join(folder, `${index}.ts`)
    writeFileSync(file, `${code}\nexport {}\n`)
    await expect(import(/* @vite-ignore */ file)).resolves.toBeDefined()
  },
)

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(25)
})

test('no example on the pages is a fragment, which nobody would notice to be wrong', () => {
  const fragments = pages
    .flatMap(page => fromMarkdown(join(root, page)))
    .filter(({ code }) => !/^import .* from '(cerci|@cerci\/dev-cluster)/m.test(code))
  expect(fragments).toEqual([])
})

function fromJsDoc(file: string): Example[] {
  const comments = readFileSync(file, 'utf8').match(/\/\*\*[\s\S]*?\*\//g) ?? []
  return comments.flatMap(comment => {
    const lines = comment
      .replace(/\s*\*\/$/, '')
      .split('\n')
      .map(line => line.replace(/^\s*\* ?/, ''))
    const start = lines.indexOf('@example')
    return start === -1
      ? []
      : [
          {
            place: `${relative(root, file)} ${lines.slice(start + 1).find(line => line !== '')}`,
            code: lines.slice(start + 1).join('\n'),
          },
        ]
  })
}

function fromMarkdown(file: string): Example[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = ''], index) => ({
    place: `${relative(root, file)} block ${index + 1}`,
    code,
  }))
}

function filesIn(directory: string, ending: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(ending))
    .map(name => join(directory, name))
}
