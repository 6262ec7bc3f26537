import { isSymbol, isWord, type Token, tokensOf } from '../statement/tokens.js'
import { harmlessFunctions } from './harmless-functions.js'

/**
 * `read`: has no effect but its result. `write`: INSERT, UPDATE, UPSERT, DELETE, and SELECTs that may have an effect.
 * `commit`: COMMIT, END, RELEASE of a retry savepoint, and SHOW COMMIT TIMESTAMP, which commits what is open. `rollback`: of a whole transaction. `control`: other statements about transactions and
 * settings. `other`: schema changes and the rest.
 */
export type StatementKind = 'read' | 'write' | 'begin' | 'commit' | 'rollback' | 'control' | 'other'

/** What the client must know of a statement's text. Made once per text. */
export interface Statement {
  readonly text: string
  readonly kind: StatementKind
  /** Several statements in one text; they can only be sent by the simple protocol, and their kind is `other`. */
  readonly several: boolean
  /** Worth a named prepared statement. */
  readonly preparable: boolean
  /** Leaves nothing behind in its session, so that the next statement may run in another one. A SELECT with effects may be `set_config()`. */
  readonly sessionless: boolean
}

/**
 * Reads what kind of statement a text is. It errs on the safe side: what by its text is not surely a read is not one. A view is taken for a table.
 *
 * @example
 * readStatement('SELECT count(*) FROM t').kind // 'read'
 * readStatement('SELECT transfer(1, 2)').kind // 'write': nobody knows what the function does
 */
export function readStatement(text: string): Statement {
  if (isPlainRead(text)) return { text, kind: 'read', several: false, preparable: true, sessionless: true }
  const tokens = tokensOf(text)
  const end = tokens.findIndex(token => isSymbol(text, token, ';'))
  const several = end !== -1 && tokens.slice(end + 1).some(token => !isSymbol(text, token, ';'))
  if (several) return { text, kind: 'other', several, preparable: false, sessionless: false }
  const own = end === -1 ? tokens : tokens.slice(0, end)
  const first = own.findIndex(token => !isSymbol(text, token, '('))
  const word = wordAt(text, own, first)
  const kind = kindOf(text, own, first, word)
  const sessionless = kind === 'read' || kindsByWord.get(word) === 'write'
  return { text, kind, several, preparable: preparableWords.has(word), sessionless }
}

/**
 * A SELECT that calls nothing, has no part in brackets and none of the words below, not even in its strings: what ORMs that write values into their SQL send
 * most, a new text each time, is known for a read without taking it apart. Texts have values of strangers inside: no expression here may go back and forth over one.
 */
function isPlainRead(text: string): boolean {
  if (!selectFirst.test(text) || anyEffectWord.test(text)) return false
  const mark = text.search(/[;([]/)
  return mark === -1 || (text.charAt(mark) === ';' && text.slice(mark + 1).trim() === '')
}

const preparableWords = new Set(['SELECT', 'INSERT', 'UPDATE', 'UPSERT', 'DELETE', 'WITH', 'VALUES', 'TABLE'])

const kindsByWord: ReadonlyMap<string, StatementKind> = new Map([
  ['VALUES', 'read'],
  ['TABLE', 'read'],
  ['SHOW', 'read'],
  ['INSERT', 'write'],
  ['UPDATE', 'write'],
  ['UPSERT', 'write'],
  ['DELETE', 'write'],
  ['COMMIT', 'commit'],
  ['END', 'commit'],
  ['BEGIN', 'begin'],
  ['START', 'begin'],
  ['ABORT', 'rollback'],
  ['SAVEPOINT', 'control'],
  ['SET', 'control'],
  ['RESET', 'control'],
])

function kindOf(text: string, tokens: readonly Token[], first: number, word: string): StatementKind {
  if (word === 'SELECT' || word === 'WITH') return isHarmless(text, tokens) ? 'read' : 'write'
  if (word === 'ROLLBACK') return tokens.some(token => isWord(text, token, 'TO')) ? 'control' : 'rollback'
  if (word === 'RELEASE') return releasesRetrySavepoint(text, tokens.slice(first + 1)) ? 'commit' : 'control'
  if (word === 'SHOW' && isCommitTimestamp(text, tokens.slice(first + 1))) return 'commit'
  if ((word === 'VALUES' || word === 'TABLE') && !isHarmless(text, tokens)) return 'write'
  return kindsByWord.get(word) ?? 'other'
}

/**
 * Releasing such a savepoint is the commit; CockroachDB knows it by how its name begins.
 * https://www.cockroachlabs.com/docs/v26.2/advanced-client-side-transaction-retries
 */
function releasesRetrySavepoint(text: string, tokens: readonly Token[]): boolean {
  return tokens.some(token => {
    if (token.kind === 'quoted') return text.startsWith('cockroach_restart', token.start + 1)
    return token.kind === 'word' && text.slice(token.start, token.end).toLowerCase().startsWith('cockroach_restart')
  })
}

/** Inside of a transaction it commits that first. https://www.cockroachlabs.com/docs/v26.2/show-commit-timestamp */
function isCommitTimestamp(text: string, [commit, timestamp]: readonly Token[]): boolean {
  return isWord(text, commit, 'COMMIT') && isWord(text, timestamp, 'TIMESTAMP')
}

/** No word that changes data, and no call of a function that is not known to do nothing but compute. Square brackets run a statement: `[INSERT …]`. */
function isHarmless(text: string, tokens: readonly Token[]): boolean {
  return tokens.every((token, at) => {
    if (token.kind === 'word') {
      const word = text.slice(token.start, token.end).toUpperCase()
      if (effectWords.has(word)) return false
      return !isSymbol(text, tokens[at + 1], '(') || isHarmlessCall(text, tokens[at - 1], word)
    }
    return token.kind !== 'quoted' || !isSymbol(text, tokens[at + 1], '(')
  })
}

const effectWords = new Set([
  'INSERT',
  'UPDATE',
  'UPSERT',
  'DELETE',
  'INTO',
  'CALL',
  'CREATE',
  'DROP',
  'ALTER',
  'TRUNCATE',
  'IMPORT',
  'EXPORT',
  'BACKUP',
  'RESTORE',
])

const selectFirst = /^\s*SELECT\s/i
const anyEffectWord = new RegExp(`(?<![A-Za-z_])(?:${[...effectWords].join('|')})\\b`, 'i')

/** `now(` but not `app.now(`; behind AS stands an alias or a type: `unnest($1) AS t(id)`. */
function isHarmlessCall(text: string, before: Token | undefined, word: string): boolean {
  return isWord(text, before, 'AS') || (!isSymbol(text, before, '.') && harmlessFunctions.has(word))
}

function wordAt(text: string, tokens: readonly Token[], at: number): string {
  const token = tokens[at]
  return token?.kind === 'word' ? text.slice(token.start, token.end).toUpperCase() : ''
}
