import type {
  Discard,
  ResetVariable,
  SetClusterSetting,
  SetTransaction,
  SettingValue,
  SetVariable,
} from '../../tree/session.js'
import { type Cursor, commaList } from '../cursor.js'
import { parseExpression } from '../parse-expression.js'
import { parseIntervalFields } from '../parse-type.js'
import { parseSetTransaction } from './parse-transaction.js'

/** SET of variables, transactions and cluster settings. Source: https://www.cockroachlabs.com/docs/v26.2/set-vars */
export function parseSet(cursor: Cursor): SetVariable | SetTransaction | SetClusterSetting {
  const start = cursor.at
  cursor.expectWords('set')
  if (cursor.skipWords('cluster', 'setting')) return parseClusterSetting(cursor, start)
  if (cursor.skipWords('transaction')) return parseSetTransaction(cursor, start, false)
  if (cursor.skipWords('session', 'characteristics', 'as', 'transaction')) {
    return parseSetTransaction(cursor, start, true)
  }
  if (cursor.skipWords('constraints')) throw cursor.refused()
  const local = cursor.skipWords('local')
  // SESSION is a scope unless it is itself the variable's name.
  if (!local && cursor.isWord('session') && !['=', 'to'].includes(cursor.peek(1).value)) cursor.next()
  const variable = { kind: 'set-variable', local } as const
  if (cursor.skipWords('time', 'zone')) {
    return { ...variable, name: 'timezone', values: parseValues(cursor), ...cursor.since(start) }
  }
  if (cursor.skipWords('names')) {
    return { ...variable, name: 'client_encoding', values: parseValues(cursor), ...cursor.since(start) }
  }
  if (cursor.skipWords('schema')) {
    return { ...variable, name: 'search_path', values: parseValues(cursor), ...cursor.since(start) }
  }
  if (cursor.skipWords('role')) {
    return { ...variable, name: 'role', values: parseValues(cursor), ...cursor.since(start) }
  }
  const name = parseVariableName(cursor)
  if (!cursor.skipSymbol('=')) cursor.expectWords('to')
  return { ...variable, name, values: parseValues(cursor), ...cursor.since(start) }
}

/** USE database, which is SET database. */
export function parseUse(cursor: Cursor): SetVariable {
  const start = cursor.at
  cursor.expectWords('use')
  const values = commaList(cursor, parseValue)
  return { kind: 'set-variable', local: false, name: 'database', values, ...cursor.since(start) }
}

/** RESET name | ALL | CLUSTER SETTING name. */
export function parseReset(cursor: Cursor): ResetVariable | SetClusterSetting {
  const start = cursor.at
  cursor.expectWords('reset')
  if (cursor.skipWords('cluster', 'setting')) {
    return { kind: 'set-cluster-setting', name: parseVariableName(cursor), ...cursor.since(start) }
  }
  cursor.skipWords('session')
  if (cursor.skipWords('all')) return { kind: 'reset-variable', name: 'all', ...cursor.since(start) }
  if (cursor.skipWords('time', 'zone')) return { kind: 'reset-variable', name: 'timezone', ...cursor.since(start) }
  return { kind: 'reset-variable', name: parseVariableName(cursor), ...cursor.since(start) }
}

export function parseDiscard(cursor: Cursor): Discard {
  const start = cursor.at
  cursor.expectWords('discard')
  if (cursor.isWord('plans')) throw cursor.refused()
  const what = cursor.takeWord('all', 'sequences', 'temp', 'temporary')
  if (what === undefined) throw cursor.unexpected()
  return { kind: 'discard', what, ...cursor.since(start) }
}

/** `a` or `a.b.c`. */
export function parseVariableName(cursor: Cursor): string {
  let name = cursor.label().name
  while (cursor.skipSymbol('.')) name += `.${cursor.label().name}`
  return name
}

function parseClusterSetting(cursor: Cursor, start: number): SetClusterSetting {
  const name = parseVariableName(cursor)
  if (!cursor.skipSymbol('=')) cursor.expectWords('to')
  if (cursor.skipWords('default')) return { kind: 'set-cluster-setting', name, ...cursor.since(start) }
  return { kind: 'set-cluster-setting', name, value: parseExpression(cursor), ...cursor.since(start) }
}

/** Values of SET; none for DEFAULT. */
export function parseValues(cursor: Cursor): readonly SettingValue[] {
  return cursor.skipWords('default') ? [] : commaList(cursor, parseValue)
}

/** A literal, a bare word (`on`, `serializable`, `public`), or INTERVAL '…' HOUR TO MINUTE. */
function parseValue(cursor: Cursor): SettingValue {
  const start = cursor.at
  const interval = cursor.isWord('interval') && cursor.peek(1).kind === 'string'
  if (interval) cursor.next()
  const sign = cursor.skipSymbol('-') ? '-' : ''
  if (sign === '') cursor.skipSymbol('+')
  const token = cursor.peek()
  if (!['word', 'quoted', 'string', 'number'].includes(token.kind)) throw cursor.unexpected()
  cursor.next()
  let text = sign + token.value
  if (token.kind === 'word') {
    while (cursor.isSymbol('-', '.') && ['word', 'number'].includes(cursor.peek(1).kind)) {
      text += cursor.next().text + cursor.next().value
    }
  }
  if (interval) parseIntervalFields(cursor)
  const quoted = token.kind === 'quoted' || token.kind === 'string'
  return { text, quoted, ...(interval && { interval }), ...cursor.since(start) }
}
