import { type ColumnDefinition, type ColumnFamily, printString, type TableElement } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { type SqlText, sql } from '../rewrite/sql-text.js'
import { regclass, type TargetTable } from './target-table.js'

interface FamilyFacts {
  readonly name: string
  readonly columns: readonly string[]
}

/**
 * Records the column families of a new table for SHOW CREATE TABLE; PostgreSQL has no use for them. A column of none is in the first one.
 * Source: https://www.cockroachlabs.com/docs/v26.2/column-families
 */
export function createFamilies(elements: readonly TableElement[], table: TargetTable): readonly SqlText[] {
  const families: FamilyFacts[] = []
  const add = (name: string | undefined, columns: readonly string[]): void => {
    families.push({ name: name ?? `fam_${families.length}_${columns.join('_')}`, columns })
  }
  for (const element of elements) {
    if (element.kind === 'column' && element.family) assign(element.name, element.family, families, add)
  }
  for (const element of elements) if (element.kind === 'family') add(element.name, element.columns)
  if (families.length === 0) return []
  return [
    sql`PERFORM crdb_internal.cerci_set_families(${regclass(table.sql)}, ${printString(JSON.stringify(families))})`,
  ]
}

function assign(
  column: string,
  { name, create, ifNotExists }: ColumnFamily,
  families: FamilyFacts[],
  add: (name: string | undefined, columns: readonly string[]) => void,
): void {
  const at = families.findIndex(family => family.name === name)
  const known = families[at]
  if (known === undefined && !create) {
    throw new SqlError(sqlState.invalid_object_definition, `unknown family "${name ?? ''}"`)
  }
  if (known === undefined) return add(name, [column])
  if (create && !ifNotExists) throw new SqlError(sqlState.duplicate_object, `family "${known.name}" already exists`)
  families[at] = { ...known, columns: [...known.columns, column] }
}

/** Records the family of a column that is added to a table. */
export function addToFamily({ name, family }: ColumnDefinition, table: TargetTable): readonly SqlText[] {
  if (family === undefined && table.info?.properties.families === undefined) return []
  const named = family?.name === undefined ? 'NULL' : printString(family.name)
  const { create = false, ifNotExists = false } = family ?? {}
  return [
    sql`PERFORM crdb_internal.cerci_add_to_family(${regclass(table.sql)}, ${printString(name)}, ${named}, ${String(create)}, ${String(ifNotExists)})`,
  ]
}
