import type { Declare, Explain, Prepare } from '../../tree/session.js'
import { type Cursor, parenthesized } from '../cursor.js'
import { parseStatementAt } from '../parse-statement.js'
import { parseType } from '../parse-type.js'

/** EXPLAIN [ANALYZE] [(options)] statement. Source: https://www.cockroachlabs.com/docs/v26.2/explain */
export function parseExplain(cursor: Cursor): Explain {
  const start = cursor.at
  cursor.expectWords('explain')
  const analyze = cursor.takeWord('analyze', 'analyse') !== undefined
  const options: string[] = []
  if (!cursor.isWord('select', 'with') && cursor.isSymbol('(') && isOptionList(cursor)) readOptions(cursor, options)
  else while (cursor.isWord('verbose', 'distsql')) options.push(cursor.next().value)
  return {
    kind: 'explain',
    analyze: analyze || options.includes('analyze'),
    options: options.filter(option => option !== 'analyze'),
    statement: parseStatementAt(cursor),
    ...cursor.since(start),
  }
}

/** `EXPLAIN (SELECT 1)` has no options. */
function isOptionList(cursor: Cursor): boolean {
  const following = cursor.peek(1)
  return following.kind === 'word' && !['select', 'values', 'with', 'table'].includes(following.value)
}

function readOptions(cursor: Cursor, options: string[]): void {
  cursor.expectSymbol('(')
  do {
    const words: string[] = []
    while (['word', 'number'].includes(cursor.peek().kind)) words.push(cursor.next().value)
    if (words.length === 0) throw cursor.unexpected()
    options.push(words.join(' '))
  } while (cursor.skipSymbol(','))
  cursor.expectSymbol(')')
}

/** PREPARE name [(types)] AS statement. */
export function parsePrepare(cursor: Cursor): Prepare {
  const start = cursor.at
  cursor.expectWords('prepare')
  const name = cursor.looseIdentifier()
  const types = cursor.isSymbol('(') ? parenthesized(cursor, parseType) : []
  cursor.expectWords('as')
  return { kind: 'prepare', name, types, statement: parseStatementAt(cursor), ...cursor.since(start) }
}

/** DECLARE name [options] CURSOR [WITH HOLD] FOR query. Source: https://www.cockroachlabs.com/docs/v26.2/cursors */
export function parseDeclare(cursor: Cursor): Declare {
  const start = cursor.at
  cursor.expectWords('declare')
  const { name } = cursor.identifier()
  let scroll = false
  while (!cursor.isWord('cursor')) {
    if (cursor.skipWords('no', 'scroll')) continue
    const option = cursor.takeWord('scroll', 'binary', 'insensitive', 'asensitive')
    if (option === undefined) throw cursor.unexpected()
    scroll ||= option === 'scroll'
  }
  cursor.expectWords('cursor')
  if (!cursor.skipWords('with', 'hold')) cursor.skipWords('without', 'hold')
  cursor.expectWords('for')
  return { kind: 'declare', name, scroll, statement: parseStatementAt(cursor), ...cursor.since(start) }
}
