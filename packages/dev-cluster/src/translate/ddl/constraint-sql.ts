import { type IndexColumn, printName, type TableConstraint } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { type SqlText, sql } from '../rewrite/sql-text.js'
import { unimplemented } from '../unimplemented.js'
import { checkSql } from './column-sql.js'
import { type Sharding, shardingOf } from './hash-sharding.js'
import { newIndexName } from './index-names.js'
import { constraintColumns, createIndexSql, fitsConstraint, indexProperties, setRelation } from './index-sql.js'
import type { ObjectNames } from './object-names.js'
import { besideTable, type TargetTable } from './target-table.js'

/** A table constraint: part of the table's definition where PostgreSQL can hold it, else a unique index made after it. */
export interface ConstraintSql {
  readonly definition?: SqlText
  readonly after: readonly SqlText[]
}

export function constraintSql(
  constraint: TableConstraint,
  table: TargetTable,
  names: ObjectNames,
  neverNull: (column: string) => boolean,
  rewrite: Rewrite,
): ConstraintSql {
  const { definition } = constraint
  const named = constraint.name === undefined ? '' : `CONSTRAINT ${printName(constraint.name)} `
  switch (definition.type) {
    case 'primary-key': {
      if (definition.partitionBy) throw unimplemented('PARTITION BY of a PRIMARY KEY (rather than of its table)')
      const key = { ...definition, columns: definition.columns.map(withoutDirection) }
      const name = newIndexName(constraint.name ?? `${table.name}_pkey`, table, rewrite)
      return {
        definition: sql`CONSTRAINT ${printName(name)} PRIMARY KEY ${constraintColumns(key)}`,
        after: [
          ...indexProperties(definition, name, table, rewrite),
          ...descendingKeys(definition.columns, besideTable(table, name)),
        ],
      }
    }
    case 'unique': {
      const name = newIndexName(constraint.name ?? names.index(definition.columns, true), table, rewrite)
      if (fitsConstraint(definition)) {
        return {
          definition: sql`CONSTRAINT ${printName(name)} UNIQUE ${constraintColumns(definition)}`,
          after: indexProperties(definition, name, table, rewrite),
        }
      }
      const index = { ...definition, name, unique: true, method: 'btree', ifNotExists: false } as const
      return { after: createIndexSql(index, table, neverNull, rewrite) }
    }
    case 'check':
      return {
        definition: sql`${checkSql(constraint.name, definition.expression, names, rewrite)}${notValid(constraint)}`,
        after: [],
      }
    case 'foreign-key':
  }
  const from = definition.from.map(printName).join(', ')
  const columns = definition.columns.length === 0 ? '' : ` (${definition.columns.map(printName).join(', ')})`
  const target = rewrite.draft.text(definition.table)
  return {
    definition: sql`${named}FOREIGN KEY (${from}) REFERENCES ${target}${columns} ${definition.actions}${notValid(constraint)}`,
    after: [],
  }
}

/** How the key of a constraint is sharded. */
export function constraintSharding({ definition }: TableConstraint, rewrite: Rewrite): Sharding | undefined {
  return definition.type === 'primary-key' || definition.type === 'unique' ? shardingOf(definition, rewrite) : undefined
}

/** Records which columns of a primary key are descending. */
export function descendingKeys(columns: readonly IndexColumn[], index: string): readonly SqlText[] {
  const descending = columns.flatMap(({ direction }, at) => (direction === 'desc' ? [at + 1] : []))
  return descending.length === 0 ? [] : [setRelation(index, { descending })]
}

/** PostgreSQL's primary keys are ascending; a key is read from its end as well. */
function withoutDirection(column: IndexColumn): IndexColumn {
  const { direction: _direction, ...rest } = column
  return rest
}

function notValid(constraint: TableConstraint): string {
  return constraint.notValid ? ' NOT VALID' : ''
}
