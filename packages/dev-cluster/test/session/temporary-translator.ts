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
    ...(words[0] === 'use' && { sql: 'SELECT 1', tag: 'SET', effect: { useDatabase: last } }),
  }
}

function kindOf(words: readonly string[]): TranslationKind {
  switch (words[0]) {
    case 'begin':
    case 'start':
      return 'begin'
    case 'commit':
      return 'commit'
    case 'rollback':
      return words.includes('to') ? 'rollback-to' : 'rollback'
    case 'savepoint':
      return 'savepoint'
    case 'release':
      return 'release'
    case 'set':
      return 'set'
    case 'create':
    case 'drop':
    case 'alter':
      return 'ddl'
    case 'copy':
      return words.includes('stdin') ? 'copy-in' : 'copy-out'
    case 'select':
      return 'read'
    case 'insert':
    case 'update':
    case 'delete':
      return 'write'
    default:
      return 'other'
  }
}
