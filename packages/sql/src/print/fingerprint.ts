import type { Token } from '../token/token.js'
import { tokenize } from '../token/tokenize.js'
import { printName } from './print-name.js'
import { isKeyword, isUnary, joinTokens } from './print-tokens.js'

/**
 * A statement's fingerprint: constants and placeholders become `_`, a list of them `(_, __more__)`, further rows of VALUES
 * `(__more__)`. Statements that differ only in these have the same fingerprint.
 * Source: https://www.cockroachlabs.com/docs/v26.2/ui-statements-page#sql-statement-fingerprints
 */
export function fingerprint(source: string): string {
  return fingerprintTokens(tokenize(source).filter(token => token.kind !== 'end'))
}

export function fingerprintTokens(tokens: readonly Token[]): string {
  const texts = tokens.map((token, at) => hideConstant(token, tokens[at - 1]))
  hideSigns(tokens, texts)
  collapseLists(tokens, texts)
  return joinTokens(tokens, texts)
}

const hidden = '_'

function hideConstant(token: Token, previous: Token | undefined): string {
  switch (token.kind) {
    case 'number':
    case 'string':
    case 'bytes':
    case 'bits':
    case 'placeholder':
      return hidden
    case 'word':
      if (isLiteralWord(token.value) && !(previous?.kind === 'word' && ['is', 'not'].includes(previous.value)))
        return hidden
      return isKeyword(token.value) ? token.value.toUpperCase() : printName(token.value)
    case 'quoted':
      return printName(token.value)
    case 'operator':
    case 'punctuation':
    case 'end':
  }
  return token.text
}

function isLiteralWord(word: string): boolean {
  return word === 'null' || word === 'true' || word === 'false'
}

function hideSigns(tokens: readonly Token[], texts: string[]): void {
  for (const [at, token] of tokens.entries()) {
    if (texts[at + 1] === hidden && tokens[at + 1]?.kind === 'number' && isUnary(tokens[at - 1], token)) texts[at] = ''
  }
}

/** Shortens every list that holds nothing but constants and is no argument list. Takes time in proportion to the tokens: bulk inserts have thousands of rows. */
function collapseLists(tokens: readonly Token[], texts: string[]): void {
  /** The last bracket that is known to close a row of VALUES. */
  let rowEnd = Number.NaN
  for (let at = 0; at < tokens.length; at++) {
    const close = constantListEnd(tokens, texts, at)
    if (close === undefined) continue
    const further = (rowEnd === at - 2 && texts[at - 1] === ',') || followsRow(tokens, texts, at)
    if (further || tokens[at - 1]?.value === 'values') rowEnd = close
    if (further) blank(texts, at + 1, close, ['__more__'])
    else if (texts.slice(at + 1, close).includes(',')) blank(texts, at + 1, close, ['_', ',', '__more__'])
    at = close
  }
  dropFurtherRows(texts)
}

function blank(texts: string[], from: number, to: number, instead: readonly string[]): void {
  for (let at = from; at < to; at++) texts[at] = instead[at - from] ?? ''
}

/** The index of the bracket that closes the list of constants opened at `at`; undefined when it is no such list. */
function constantListEnd(tokens: readonly Token[], texts: readonly string[], at: number): number | undefined {
  const open = texts[at]
  if (open !== '(' && open !== '[') return undefined
  const before = tokens[at - 1]
  const isCall = before && (before.kind === 'quoted' || (before.kind === 'word' && !isKeyword(before.value)))
  if (open === '(' && isCall) return undefined
  let end = at + 1
  while (texts[end] === hidden || texts[end] === ',' || texts[end] === '') end++
  return end > at + 1 && texts[end] === (open === '(' ? ')' : ']') ? end : undefined
}

/** Whether the list is a row of VALUES other than the first. */
function followsRow(tokens: readonly Token[], texts: readonly string[], at: number): boolean {
  if (texts[at - 1] !== ',' || texts[at - 2] !== ')') return false
  let depth = 0
  for (let back = at - 1; back >= 0; back--) {
    if (texts[back] === ')') depth++
    else if (texts[back] === '(') depth--
    else if (depth === 0 && texts[back] !== ',' && texts[back] !== '') return tokens[back]?.value === 'values'
    if (depth < 0) return false
  }
  return false
}

/** Of the rows `(__more__)` only the first stays. */
function dropFurtherRows(texts: string[]): void {
  let previousEnd: number | undefined
  for (let at = 0; at < texts.length; at++) {
    if (texts[at] !== '(' || texts[at + 1] !== '__more__') continue
    const end = texts.indexOf(')', at)
    if (previousEnd !== undefined && texts.slice(previousEnd + 1, at).every(text => text === ',' || text === '')) {
      blank(texts, previousEnd + 1, end + 1, [])
    }
    previousEnd = end
    at = end
  }
}
