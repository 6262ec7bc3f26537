import { OptionError } from '../errors/option-error.js'
import { tokensOf } from './tokens.js'

/** A name as a quoted identifier: every character stands for itself. */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0'))
    throw new OptionError('name', 'a column or table name is empty or has a NUL character')
  return `"${name.replaceAll('"', '""')}"`
}

/**
 * A table's name as it is written in SQL, made safe to inline: `accounts`, `public.accounts`, `"Mixed"."Case"`. Names without quotes
 * are lower-cased, as SQL does. Anything else is an `OptionError`.
 */
export function tableName(text: string): string {
  const tokens = tokensOf(text)
  const parts: string[] = []
  for (const [index, token] of tokens.entries()) {
    const part = text.slice(token.start, token.end)
    if (index % 2 === 1) {
      if (part !== '.') throw notATable(text)
    } else if (token.kind === 'word') parts.push(part.toLowerCase())
    else if (token.kind === 'quoted' && /^"(?:[^"]|"")+"$/.test(part))
      parts.push(part.slice(1, -1).replaceAll('""', '"'))
    else throw notATable(text)
  }
  if (tokens.length % 2 === 0 || parts.length > 3) throw notATable(text)
  return parts.map(quoteIdentifier).join('.')
}

function notATable(text: string): OptionError {
  return new OptionError(
    'table',
    `${JSON.stringify(text)} is not the name of a table, such as accounts or public.accounts`,
  )
}
