/** Stable codes of this package's errors: the SQLSTATE that CockroachDB sends for the same fault. */
export const syntaxErrorCodes = {
  syntax: '42601',
  unimplemented: '0A000',
} as const

export interface SyntaxErrorFields {
  /** The statement's text and a caret below the place of the error. */
  readonly detail?: string
  readonly hint?: string
  /** 0-based UTF-16 offset into the text that was parsed. */
  readonly offset: number
}

/** A text that is not CockroachDB SQL. The message is worded as CockroachDB words it. */
export class SqlSyntaxError extends Error {
  override readonly name = 'SqlSyntaxError'
  readonly code: (typeof syntaxErrorCodes)[keyof typeof syntaxErrorCodes]
  readonly detail: string | undefined
  readonly hint: string | undefined
  readonly offset: number

  constructor(code: SqlSyntaxError['code'], message: string, fields: SyntaxErrorFields) {
    super(message)
    this.code = code
    this.detail = fields.detail
    this.hint = fields.hint
    this.offset = fields.offset
  }
}

/** The error for a token that does not fit: `at or near "foo": syntax error`. */
export function unexpectedText(source: string, offset: number, found: string, hint?: string): SqlSyntaxError {
  return new SqlSyntaxError(syntaxErrorCodes.syntax, `at or near "${found}": syntax error`, {
    detail: sourceDetail(source, offset),
    offset,
    ...(hint !== undefined && { hint }),
  })
}

/** The error for text that is no token at all: `lexical error: unterminated string`. */
export function lexicalError(source: string, offset: number, message: string): SqlSyntaxError {
  return new SqlSyntaxError(syntaxErrorCodes.syntax, `lexical error: ${message}`, {
    detail: sourceDetail(source, offset),
    offset,
  })
}

/** The text up to the end of the line that holds the offset, and a caret below it, as CockroachDB prints a syntax error. */
export function sourceDetail(source: string, offset: number): string {
  const lineStart = source.lastIndexOf('\n', offset - 1) + 1
  const lineEnd = source.indexOf('\n', offset)
  const shown = lineEnd < 0 ? source : source.slice(0, lineEnd)
  return `source SQL:\n${shown}\n${' '.repeat(offset - lineStart)}^`
}
