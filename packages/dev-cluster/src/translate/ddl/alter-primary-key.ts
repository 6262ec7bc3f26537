import { type AlterTableAction, printName } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { type SqlText, sql } from '../rewrite/sql-text.js'
import { unimplemented } from '../unimplemented.js'
import { descendingKeys } from './constraint-sql.js'
import { newIndexName } from './index-names.js'
import { besideTable, type TargetTable } from './target-table.js'

/**
 * ALTER PRIMARY KEY: the old key stays unique, unless it is the hidden one that the table got for want of its own.
 * Source: https://www.cockroachlabs.com/docs/v26.2/alter-table#alter-primary-key
 */
export function alterPrimaryKey(
  action: AlterTableAction & { readonly action: 'alter-primary-key' },
  table: TargetTable,
  rewrite: Rewrite,
): { readonly alterations: readonly SqlText[]; readonly after: readonly SqlText[] } {
  if (action.hash) throw unimplemented('ALTER PRIMARY KEY … USING HASH')
  const { info } = table
  const columns = action.columns.map(column => printName(column.name ?? '')).join(', ')
  const old = info?.indexes.find(index => index.primary)
  const name = old?.name ?? newIndexName(`${table.name}_pkey`, table, rewrite)
  const add = sql`ADD CONSTRAINT ${printName(name)} PRIMARY KEY (${columns})`
  const after = descendingKeys(action.columns, besideTable(table, name))
  if (!old) return { alterations: [add], after }
  if (hiddenKey(table) !== undefined) return { alterations: [...replaceHiddenPrimaryKey(table), add], after }
  const keptName = newIndexName(`${table.name}_${old.columns.join('_')}_key`, table, rewrite)
  const kept = `ADD CONSTRAINT ${printName(keptName)} UNIQUE (${old.columns.map(printName).join(', ')})`
  return { alterations: [sql`DROP CONSTRAINT ${printName(old.name)}`, add, sql`${kept}`], after }
}

/** Drops the hidden primary key, so that the table can get one of its own. */
export function replaceHiddenPrimaryKey(table: TargetTable): readonly SqlText[] {
  const rowid = hiddenKey(table)
  const old = table.info?.indexes.find(index => index.primary)
  if (rowid === undefined || !old) return []
  return [sql`DROP CONSTRAINT ${printName(old.name)}`, sql`DROP COLUMN ${printName(rowid)}`]
}

function hiddenKey({ info }: TargetTable): string | undefined {
  const [column, second] = info?.primaryKey ?? []
  const isHidden = info?.columns.some(({ name, hidden }) => name === column && hidden)
  return column !== undefined && second === undefined && isHidden && column.startsWith('rowid') ? column : undefined
}
