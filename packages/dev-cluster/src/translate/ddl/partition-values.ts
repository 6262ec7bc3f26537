import type { PartitionBy, Range } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { withoutParentheses } from '../rewrite/without-parentheses.js'

/** A value in PARTITION BY: an expression, or a word that stands for a place in the order of keys. */
export type PartitionElement = Range | 'default' | 'minvalue' | 'maxvalue'

/**
 * One of a list's values, or one end of a range.
 *
 * @throws {SqlError} where it does not fit the columns
 */
export function partitionTuple(
  partition: string,
  value: Range,
  { method, columns }: PartitionBy,
  rewrite: Rewrite,
): readonly PartitionElement[] {
  const elements = elementsOf(value, rewrite)
  const isDefault = method === 'list' && elements.length === 1 && elements[0] === 'default'
  if (elements.length !== columns.length && !isDefault) {
    throw new SqlError(
      sqlState.syntax_error,
      `PARTITION ${partition}: partition has ${columns.length} columns but ${elements.length} values were supplied`,
    )
  }
  const foreign = elements.find(element => typeof element === 'string' && wordsOf[element] !== method)
  if (typeof foreign === 'string') {
    throw refusedPartition(
      `PARTITION ${partition}: ${foreign.toUpperCase()} cannot be used with PARTITION BY ${method.toUpperCase()}`,
    )
  }
  requireNothingAfter(partition, elements, rewrite)
  return elements
}

/** CockroachDB gives these no SQLSTATE of their own. */
export function refusedPartition(message: string): SqlError {
  return new SqlError(sqlState.uncategorized, message)
}

/** As CockroachDB prints it, always in parentheses. */
export function printTuple(elements: readonly PartitionElement[], rewrite: Rewrite): string {
  return `(${elements.map(element => printElement(element, rewrite)).join(', ')})`
}

const wordsOf = { default: 'list', minvalue: 'range', maxvalue: 'range' } as const

/** After a word that stands for all keys before or after a place only itself can follow. */
function requireNothingAfter(partition: string, elements: readonly PartitionElement[], rewrite: Rewrite): void {
  const at = elements.findIndex(element => typeof element === 'string')
  const word = elements[at]
  const other = elements.slice(at + 1).find(element => element !== word)
  if (typeof word !== 'string' || other === undefined) return
  throw refusedPartition(
    `PARTITION ${partition}: non-${word.toUpperCase()} value (${printElement(other, rewrite)}) not allowed after ${word.toUpperCase()}`,
  )
}

function elementsOf(value: Range, rewrite: Rewrite): PartitionElement[] {
  return split(withoutParentheses(value, rewrite), rewrite).map(element => {
    const bare = withoutParentheses(element, rewrite)
    const { kind, value: word } = rewrite.token(bare.start)
    return bare.end - bare.start === 1 && kind === 'word' && isWord(word) ? word : bare
  })
}

function isWord(text: string): text is keyof typeof wordsOf {
  return text in wordsOf
}

function split(range: Range, rewrite: Rewrite): Range[] {
  const parts: Range[] = []
  let depth = 0
  let start = range.start
  for (let at = range.start; at < range.end; at++) {
    const { text } = rewrite.token(at)
    if (text === '(') depth++
    if (text === ')') depth--
    if (text !== ',' || depth > 0) continue
    parts.push({ start, end: at })
    start = at + 1
  }
  return [...parts, { start, end: range.end }]
}

function printElement(element: PartitionElement, rewrite: Rewrite): string {
  if (typeof element === 'string') return element.toUpperCase()
  const words: string[] = []
  for (let at = element.start; at < element.end; at++) {
    const { text } = rewrite.token(at)
    words.push(text === ',' ? ', ' : text)
  }
  return words.join('')
}
