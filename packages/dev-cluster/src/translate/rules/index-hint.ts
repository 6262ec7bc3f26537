import type { Range, TableRef } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { findIndex } from '../ddl/index-names.js'
import type { Rewrite } from '../rewrite/rewrite.js'

/**
 * The index that `t@i` or `t@{FORCE_INDEX=i}` names must be there, though PostgreSQL chooses by itself.
 * https://www.cockroachlabs.com/docs/v26.2/table-expressions#force-index-selection
 */
export function checkIndexHint(ref: TableRef, hint: Range, rewrite: Rewrite): void {
  const table = rewrite.table(ref.name)
  const index = forcedIndex(hint, rewrite)
  if (table?.kind !== 'table' || index === undefined || findIndex(index, table)) return
  throw new SqlError(sqlState.undefined_object, `index "${index}" not found`)
}

/** Undefined where the hint is about something else, or names the index by its number. */
function forcedIndex(hint: Range, rewrite: Rewrite): string | undefined {
  const tokens = Array.from({ length: hint.end - hint.start }, (_, at) => rewrite.token(hint.start + at))
  const braces = tokens.findIndex(token => token.text === '{')
  const named =
    braces === -1
      ? tokens.at(-1)
      : tokens[tokens.findIndex(({ value }) => value === 'force_index') + 2 || tokens.length]
  return named?.kind === 'word' || named?.kind === 'quoted' ? named.value : undefined
}
