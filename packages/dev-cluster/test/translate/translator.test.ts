import { expect, test } from 'vitest'
import { Translator } from '../../src/translate/translator.js'
import { cluster, translateSession } from './translate-session.js'

const session = translateSession()

test('a translation is kept until something that it depends on changes', async () => {
  const translator = new Translator()
  const context = await session().context()
  const text = 'SELECT a FROM t ORDER BY a'
  expect(translator.cached(text, context)).toBeUndefined()
  const translations = translator.translate(text, context)
  expect(translator.cached(text, context)).toBe(translations)

  const variable = (name: string): string => (name === 'null_ordered_last' ? 'on' : context.session.variable(name))
  const other = { ...context, session: { ...context.session, variable } }
  expect(translator.cached(text, other)).toBeUndefined()
  expect(translator.translate(text, other)[0]?.sql).toBe(text)
  expect(translator.cached(text, { ...context, catalog: { ...context.catalog, version: -1 } })).toBeUndefined()
  expect(translator.cached(text, { ...context, session: { ...context.session, searchPath: ['x'] } })).toBeUndefined()
})

test("what depends on the cluster's state holds while the state does", async () => {
  const translator = new Translator()
  const context = await session().context()
  translator.translate('SHOW REGIONS', context)
  translator.translate('SELECT 1', context)
  const changed = { ...context, cluster: { ...cluster, version: 2 } }
  expect(translator.cached('SHOW REGIONS', context)).toBeDefined()
  expect(translator.cached('SHOW REGIONS', changed)).toBeUndefined()
  expect(translator.cached('SELECT 1', changed)).toBeDefined()
})

function characters(text: string): number {
  return Array.from(text).length
}

test('a long text is not kept', async () => {
  const translator = new Translator()
  const context = await session().context()
  const text = `SELECT '${'x'.repeat(100_000)}'`
  translator.translate(text, context)
  expect(translator.cached(text, context)).toBeUndefined()
})

test('positions lead back to what the client wrote, in characters', async () => {
  const text = "SELECT 'é😀', 7 // 2, wrong + x'00' FROM t; SELECT nonsense"
  const [first, second] = await session().translate(text)
  const at = (first?.sql.indexOf('wrong') ?? 0) + 1
  const pgPosition = characters((first?.sql ?? '').slice(0, at - 1)) + 1
  expect(first?.position?.(pgPosition)).toBe(characters(text.slice(0, text.indexOf('wrong'))) + 1)
  expect(second?.sql).toBe('SELECT nonsense')
  expect(second?.position?.(8)).toBe(characters(text.slice(0, text.indexOf('nonsense'))) + 1)
})

test("a syntax error is CockroachDB's", async () => {
  await expect(session().translate('SELECT é; SELEC 1')).rejects.toMatchObject({
    name: 'SqlError',
    code: '42601',
    message: 'at or near "selec": syntax error',
    detail: 'source SQL:\nSELECT é; SELEC 1\n          ^',
    position: 11,
  })
})

test('unsupported statements name the dev cluster', async () => {
  await expect(session().translate("BACKUP INTO 'x'")).rejects.toMatchObject({
    code: '0A000',
    message: 'unimplemented: BACKUP',
    hint: expect.stringContaining('dev cluster') as unknown,
  })
})
