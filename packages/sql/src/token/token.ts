/**
 * What a token is. `string` covers every form of character string ('…', e'…', $$…$$); `bytes` is b'…' and x'…';
 * `bits` is B'…'. Operators and punctuation are told apart by whether they can join expressions.
 */
export type TokenKind =
  | 'word'
  | 'quoted'
  | 'string'
  | 'bytes'
  | 'bits'
  | 'number'
  | 'placeholder'
  | 'operator'
  | 'punctuation'
  | 'end'

/** One token of a text. Comments and white space are not tokens: they lie between `end` of one and `start` of the next. */
export interface Token {
  readonly kind: TokenKind
  /** As written. Empty for the end of the text. */
  readonly text: string
  /**
   * What it means: a word in lower case, a quoted name without its quotes, the characters of a string, the bytes of a
   * byte string as hexadecimal digits, a placeholder's number; else the text.
   */
  readonly value: string
  /** 0-based UTF-16 offsets into the text. */
  readonly start: number
  readonly end: number
}
