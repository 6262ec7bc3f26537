import { parseScript } from '@cerci/sql'
import { expect, test } from 'vitest'
import { shortenNames } from '../../src/translate/long-names.js'

const long = 'ü'.repeat(40)

function shorten(sql: string): string | undefined {
  return shortenNames(parseScript(sql))?.sql
}

test('leaves names of up to 63 bytes alone', () => {
  expect(shortenNames(parseScript(`SELECT 1 AS ${'a'.repeat(63)}, '${long}'`))).toBeUndefined()
})

test('gives a long name one of at most 63 bytes, the same wherever it stands', () => {
  const short = shortenNames(parseScript(`SELECT "${long}", ${long.toUpperCase()} FROM t`))
  const [[name, stands] = []] = short?.longNames ?? []
  expect([short?.longNames.size, stands]).toEqual([1, long])
  expect(Buffer.byteLength(name ?? '')).toBeLessThanOrEqual(63)
  expect(short?.sql).toBe(`SELECT "${name}", "${name}" FROM t`)
})

test('tells the place in the text that was written', () => {
  const text = `SELECT 1 AS "${long}", nowhere`
  const short = shortenNames(parseScript(text))
  const at = (short?.sql.indexOf('nowhere') ?? 0) + 1
  expect(short?.position(at)).toBe(text.indexOf('nowhere') + 1)
})

test('shortens what a constant names, if it names a relation', () => {
  const name = [...(shortenNames(parseScript(`SELECT "${long}"`))?.longNames.keys() ?? [])][0]
  expect(shorten(`SELECT nextval('public."${long}"')`)).toBe(`SELECT nextval('public."${name}"')`)
  expect(shorten(`SELECT '${long}'::REGCLASS`)).toBe(`SELECT '"${name}"'::REGCLASS`)
  expect(shorten(`SELECT upper('${long}')`)).toBeUndefined()
  const broken = `SELECT setval('it''s "no name ${long}', 1)`
  expect(shorten(broken)).toBe(broken)
})
