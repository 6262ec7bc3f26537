import type {
  Begin,
  Commit,
  Release,
  Rollback,
  RollbackTo,
  Savepoint,
  SetTransaction,
  TransactionMode,
} from '../../tree/session.js'
import type { Cursor } from '../cursor.js'
import { parseAsOf } from '../query/parse-select.js'

const levels = [
  ['read', 'uncommitted'],
  ['read', 'committed'],
  ['repeatable', 'read'],
  ['snapshot'],
  ['serializable'],
] as const

/** BEGIN and START TRANSACTION. Source: https://www.cockroachlabs.com/docs/v26.2/begin-transaction */
export function parseBegin(cursor: Cursor): Begin {
  const start = cursor.at
  if (!cursor.skipWords('start', 'transaction')) {
    cursor.expectWords('begin')
    cursor.takeWord('transaction', 'work')
  }
  return { kind: 'begin', modes: parseModes(cursor), ...cursor.since(start) }
}

/** COMMIT and END. */
export function parseCommit(cursor: Cursor): Commit {
  const start = cursor.at
  cursor.next()
  cursor.takeWord('transaction', 'work')
  if (cursor.isWord('prepared')) throw cursor.unimplemented('two-phase commit')
  return { kind: 'commit', ...cursor.since(start) }
}

/** ROLLBACK, ABORT and ROLLBACK TO SAVEPOINT. */
export function parseRollback(cursor: Cursor): Rollback | RollbackTo {
  const start = cursor.at
  cursor.next()
  cursor.takeWord('transaction', 'work')
  if (cursor.isWord('prepared')) throw cursor.unimplemented('two-phase commit')
  if (!cursor.skipWords('to')) return { kind: 'rollback', ...cursor.since(start) }
  cursor.skipWords('savepoint')
  return { kind: 'rollback-to', name: cursor.looseIdentifier().name, ...cursor.since(start) }
}

/** SAVEPOINT and RELEASE [SAVEPOINT]. */
export function parseSavepoint(cursor: Cursor): Savepoint | Release {
  const start = cursor.at
  const kind = cursor.next().value === 'savepoint' ? 'savepoint' : 'release'
  if (kind === 'release') cursor.skipWords('savepoint')
  return { kind, name: cursor.looseIdentifier().name, ...cursor.since(start) }
}

/** After SET [SESSION CHARACTERISTICS AS] TRANSACTION. */
export function parseSetTransaction(cursor: Cursor, start: number, session: boolean): SetTransaction {
  const modes = parseModes(cursor)
  if (modes.length === 0) throw cursor.unexpected()
  return { kind: 'set-transaction', session, modes, ...cursor.since(start) }
}

function parseModes(cursor: Cursor): readonly TransactionMode[] {
  const modes: TransactionMode[] = []
  while (!cursor.atEnd()) {
    modes.push(parseMode(cursor))
    cursor.skipSymbol(',')
  }
  return modes
}

function parseMode(cursor: Cursor): TransactionMode {
  if (cursor.skipWords('isolation', 'level')) {
    const level = levels.find(words => cursor.skipWords(...words))
    if (!level) throw cursor.unexpected()
    return { mode: 'isolation', level: level.join(' ') }
  }
  if (cursor.skipWords('priority')) {
    const priority = cursor.takeWord('low', 'normal', 'high')
    if (priority === undefined) throw cursor.unexpected()
    return { mode: 'priority', priority }
  }
  if (cursor.skipWords('read', 'only')) return { mode: 'access', readOnly: true }
  if (cursor.skipWords('read', 'write')) return { mode: 'access', readOnly: false }
  if (cursor.skipWords('not', 'deferrable')) return { mode: 'deferrable', deferrable: false }
  if (cursor.skipWords('deferrable')) return { mode: 'deferrable', deferrable: true }
  const asOf = parseAsOf(cursor)
  if (!asOf) throw cursor.unexpected()
  return { mode: 'as-of', asOf }
}
