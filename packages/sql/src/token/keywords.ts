/**
 * Words that a name can only be when quoted.
 * Source: https://www.cockroachlabs.com/docs/v26.2/keywords-and-identifiers and the grammar's reserved_keyword.
 */
export const reservedKeywords: ReadonlySet<string> = new Set(
  `all analyse analyze and any array as asc asymmetric both case cast check collate column concurrently constraint create
  current_catalog current_date current_role current_schema current_time current_timestamp current_user default deferrable
  desc distinct do else end except false fetch for foreign from grant group having in index initially intersect into
  lateral leading limit localtime localtimestamp not nothing null offset on only or order placing primary references
  returning select session_user some symmetric table then to trailing true union unique user using variadic when where
  window with`.split(/\s+/),
)

/** Words that may name a function or a type but no column or table. */
export const functionNameKeywords: ReadonlySet<string> = new Set(
  `authorization binary collation cross family full ilike inner is isnull join left like natural none notnull outer overlaps
  right similar straight tablesample`.split(/\s+/),
)

/** Whether a word can stand unquoted as the name of a column or table. */
export function isNameWord(word: string): boolean {
  return !reservedKeywords.has(word) && !functionNameKeywords.has(word)
}
