import { isNameWord } from '../token/keywords.js'
import type { Token } from '../token/token.js'
import { printName, printString } from './print-name.js'

/** Words of statements that a name may be too; they are printed in capitals all the same. */
const statementWords: ReadonlySet<string> = new Set(
  `add alter begin between by cascade commit conflict cover covering delete do drop escape exists explain if insert
  isolation lateral nulls over partition restrict rollback row rows savepoint schema set show storing truncate update
  upsert values view without zone`.split(/\s+/),
)

const functionKeywords: ReadonlySet<string> = new Set(['left', 'right', 'if', 'insert'])

/** Prints tokens in one canonical way: keywords in capitals, one blank where blanks are due, no comments. */
export function printTokens(tokens: readonly Token[]): string {
  return joinTokens(tokens, tokens.map(printToken))
}

/** Joins tokens' texts with blanks where they are due. An empty text leaves its token out. */
export function joinTokens(tokens: readonly Token[], texts: readonly string[]): string {
  let printed = ''
  let previous: Token | undefined
  let unary = false
  for (const [at, token] of tokens.entries()) {
    const text = texts[at] ?? ''
    if (text === '') continue
    if (previous && !unary && blankBetween(previous, token)) printed += ' '
    unary = isUnary(previous, token)
    printed += text
    previous = token
  }
  return printed
}

function printToken(token: Token): string {
  switch (token.kind) {
    case 'word':
      return isKeyword(token.value) ? token.value.toUpperCase() : token.value
    case 'quoted':
      return printName(token.value)
    case 'string':
      return printString(token.value)
    case 'bytes':
      return `x'${token.value}'`
    case 'bits':
      return `B'${token.value}'`
    case 'number':
      return token.text.toLowerCase()
    case 'placeholder':
    case 'operator':
    case 'punctuation':
    case 'end':
  }
  return token.text
}

export function isKeyword(word: string): boolean {
  return !isNameWord(word) || statementWords.has(word)
}

function blankBetween(left: Token, right: Token): boolean {
  if (['(', '[', '.', '::', ':::', '@', '{'].includes(left.text) && isMark(left)) return false
  if ([')', ']', '.', ',', ';', '::', ':::', '@', '}'].includes(right.text) && isMark(right)) return false
  if (right.text === '[' && isMark(right))
    return left.kind === 'word' && isKeyword(left.value) && left.value !== 'array'
  if (right.text !== '(' || !isMark(right)) return true
  return (
    left.kind !== 'quoted' && (left.kind !== 'word' || (isKeyword(left.value) && !functionKeywords.has(left.value)))
  )
}

function isMark(token: Token): boolean {
  return token.kind === 'punctuation' || token.kind === 'operator'
}

/** A sign in front of an operand. */
export function isUnary(previous: Token | undefined, token: Token): boolean {
  if (token.kind !== 'operator' || !['-', '+', '~', '@', '|/', '||/'].includes(token.text)) return false
  if (!previous || previous.kind === 'operator') return true
  if (previous.kind === 'punctuation') return !')]'.includes(previous.text)
  return previous.kind === 'word' && isKeyword(previous.value)
}
