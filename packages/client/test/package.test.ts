import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const dist = join(import.meta.dirname, '../dist')

/** The modules outside of the package that a built file imports, itself or through others; Node's own left out. */
function outside(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set()
  seen.add(file)
  const found = new Set<string>()
  const statements = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\b[^'";]*?\bfrom\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm,
  )
  for (const [, from, bare, lazily] of statements) {
    const module = from ?? bare ?? lazily ?? ''
    if (module.startsWith('.')) for (const each of outside(join(file, '..', module), seen)) found.add(each)
    else if (!module.startsWith('node:')) found.add(module)
  }
  return found
}

/** What people put in production. Adapters of ORMs, each behind a path of its own, also import theirs. */
test.each([
  ['index.js', ['pg']],
  ['metrics/index.js', ['prom-client']],
  ['tracing/index.js', ['@opentelemetry/api']],
  ['fastify/index.js', []],
  ['express/index.js', []],
])('%s imports nothing but %j', (entry, expected) => {
  expect([...outside(join(dist, entry))].toSorted()).toEqual(expected)
})

test('there is nothing that npm would install beside it, but the types of its peer', () => {
  const manifest: unknown = JSON.parse(readFileSync(join(dist, '../package.json'), 'utf8'))
  expect(Reflect.get(Object(manifest), 'dependencies')).toEqual({ '@types/pg': expect.stringMatching(/^\^8\./) })
  expect(manifest).not.toHaveProperty('optionalDependencies')
  const { pg: required, ...others } = Object(Reflect.get(Object(manifest), 'peerDependencies')) as Record<
    string,
    string
  >
  expect(required).toBeDefined()
  expect(manifest).toMatchObject({
    peerDependenciesMeta: Object.fromEntries(Object.keys(others).map(name => [name, { optional: true }])),
  })
})
