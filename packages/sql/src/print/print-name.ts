import { isNameWord } from '../token/keywords.js'

/** Words that PostgreSQL reserves and CockroachDB does not, and `char`, which is another type without quotes. */
const postgresWords: ReadonlySet<string> = new Set(['char', 'freeze', 'system_user', 'verbose'])

/** A name as SQL: in double quotes when it would otherwise be folded, misread or refused. */
export function printName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && isNameWord(name) && !postgresWords.has(name)
    ? name
    : `"${name.replaceAll('"', '""')}"`
}

/** A character string as SQL that both CockroachDB and PostgreSQL read alike. */
export function printString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
