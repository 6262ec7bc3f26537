import type { Token } from '../token/token.js'
import { tokenize } from '../token/tokenize.js'
import type { Range } from '../tree/node.js'
import type { StatementNode } from '../tree/statement.js'
import { Cursor } from './cursor.js'
import { parseStatementAt } from './parse-statement.js'

/** A text with its tokens. The ranges of trees index `tokens`. */
export interface Script {
  readonly source: string
  readonly tokens: readonly Token[]
}

export interface ParsedScript extends Script {
  readonly statements: readonly StatementNode[]
}

/**
 * Parses statements separated by semicolons; empty ones are left out.
 *
 * Throws a SqlSyntaxError, worded as CockroachDB words it, for the first fault.
 */
export function parseScript(source: string): ParsedScript {
  const tokens = tokenize(source)
  const cursor = new Cursor(source, tokens)
  const statements: StatementNode[] = []
  for (;;) {
    while (cursor.skipSymbol(';'));
    if (cursor.atEnd()) return { source, tokens, statements }
    statements.push(parseStatementAt(cursor))
    if (!cursor.atEnd()) throw cursor.unexpected()
  }
}

/** Parses a text of exactly one statement. */
export function parseStatement(source: string): Script & { readonly statement: StatementNode } {
  const { tokens, statements } = parseScript(source)
  const [statement, second] = statements
  const misplaced = second ? tokens[second.start] : tokens.at(-1)
  if (!statement || second) throw new Cursor(source, tokens, misplaced ? tokens.indexOf(misplaced) : 0).unexpected()
  return { source, tokens, statement }
}

/** Splits a text at its semicolons without parsing further, as ranges of tokens; empty statements are left out. */
export function splitStatements(source: string): Script & { readonly ranges: readonly Range[] } {
  const tokens = tokenize(source)
  const ranges: Range[] = []
  let start = 0
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'end' && token.text !== ';') continue
    if (at > start) ranges.push({ start, end: at })
    start = at + 1
  }
  return { source, tokens, ranges }
}
