import type { StatementTranslator } from '../../src/gateway/gateway-services.js'
import type { Translation, TranslationKind } from '../../src/translate/translation.js'

/** Passes PostgreSQL's SQL through until the real translator is there. */
export const temporaryTranslator: StatementTranslator = {
  cached: text => translate(text),
  translate,
}

function translate(text: string): readonly Translation[] {
  return text
    .split(';')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(translateOne)
}

function translateOne(sql: string): Translation {
  const words = sql.toLowerCase().split(/[\s;]+/)
  const kind = kindOf(words)
  const last = words.at(-1) ?? ''
  return {
    sql,
    kind,
    fingerprint: sql,
    ...(['savepoint', 'release', 'rollback-to'].includes(kind) && { savepoint: last }),
    ...(words[0] === 'set' &&
      words[1] !== 'transaction' && { effect: { set: words[1] ?? '', value: last.replaceAll("'", ''), local: false } }),
    ...(words[1] === 'transaction' && kind === 'set' && { transaction: {} }),
    ...(words[0] === 'use' && { sql: 'SELECT 1', tag: 'SET', effect: { useDatabase: last } }),
  }
}

function kindOf(words: readonly string[]): TranslationKind {
  const [first = ''] = words
  if (first === 'rollback' && words.includes('to')) return 'rollback-to'
  if (first === 'copy') return words.includes('stdin') ? 'copy-in' : 'copy-out'
  return kinds.get(first) ?? 'other'
}

const kinds: ReadonlyMap<string, TranslationKind> = new Map<string, TranslationKind>([
  ['begin', 'begin'],
  ['start', 'begin'],
  ['commit', 'commit'],
  ['rollback', 'rollback'],
  ['savepoint', 'savepoint'],
  ['release', 'release'],
  ['set', 'set'],
  ['create', 'ddl'],
  ['drop', 'ddl'],
  ['alter', 'ddl'],
  ['select', 'read'],
  ['insert', 'write'],
  ['update', 'write'],
  ['delete', 'write'],
])
