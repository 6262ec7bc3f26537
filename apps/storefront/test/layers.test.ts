import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const source = new URL('../src/', import.meta.url)
const names = (await readdir(source, { recursive: true })).filter(name => name.endsWith('.ts'))
const files = await Promise.all(
  names.map(async name => ({ name, text: await readFile(new URL(name, source), 'utf8') })),
)

/** Files outside of these folders whose text matches. */
function offenders(pattern: RegExp, ...folders: readonly string[]): readonly string[] {
  return files
    .filter(({ name, text }) => pattern.test(text) && !folders.some(folder => name.startsWith(`${folder}/`)))
    .map(({ name }) => name)
}

test('only repositories write SQL', () => {
  expect(offenders(/[.]query[(<]|\b(SELECT|INSERT INTO|UPDATE|DELETE FROM) [a-z*$"]/, 'repositories')).toEqual([])
})

test('services and what lies below know nothing of HTTP', () => {
  const inside = /^(services|repositories|entities|events|paging|authentication|migrations|demo)\//
  const aware = offenders(/from '(\.\.\/(http|routes|openapi)\/|node:http|fastify|express)/).filter(name =>
    inside.test(name),
  )
  // Their type only: what routes hand out is made once, at the start.
  expect(aware).toEqual(['services/services.ts'])
})

test('repositories know nothing of services', () => {
  expect(offenders(/from '\.\.\/services\//).filter(name => name.startsWith('repositories/'))).toEqual([])
})
