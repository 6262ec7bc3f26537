/** A piece of SQL: written here, or copied from the client's text, where `at` is its offset. */
export interface Piece {
  readonly text: string
  readonly at?: number
}

/** SQL that remembers which parts of it the client wrote. */
export type SqlText = readonly Piece[]

/** Composes SQL from literal text and SQL already made; a string is taken as SQL, not as a value. */
export function sql(strings: TemplateStringsArray, ...values: readonly (SqlText | string)[]): SqlText {
  return strings.flatMap((text, at) => {
    const value = values[at] ?? ''
    return [{ text }, ...(typeof value === 'string' ? [{ text: value }] : value)]
  })
}

export function joinSql(items: readonly (SqlText | string)[], separator: string): SqlText {
  return items.flatMap((item, at) => [
    ...(at > 0 ? [{ text: separator }] : []),
    ...(typeof item === 'string' ? [{ text: item }] : item),
  ])
}

export function plainText(text: SqlText | string): string {
  return typeof text === 'string' ? text : text.map(piece => piece.text).join('')
}
