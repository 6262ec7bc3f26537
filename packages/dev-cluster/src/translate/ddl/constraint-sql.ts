import {
  type ColumnDefinition,
  type IndexColumn,
  type KeyDefinition,
  printName,
  type TableConstraint,
} from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
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
      if (definition.withoutIndex) {
        return uniqueWithoutIndex({ ...constraint, definition }, table, names, neverNull, rewrite)
      }
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

type UniqueConstraint = TableConstraint & { readonly definition: KeyDefinition }

/**
 * UNIQUE WITHOUT INDEX: CockroachDB looks for the values with every write. PostgreSQL has an index for that, which nothing shows.
 * Source: https://www.cockroachlabs.com/docs/v26.2/unique
 */
function uniqueWithoutIndex(
  constraint: UniqueConstraint,
  table: TargetTable,
  names: ObjectNames,
  neverNull: (column: string) => boolean,
  rewrite: Rewrite,
): ConstraintSql {
  const { definition } = constraint
  if (rewrite.variable('experimental_enable_unique_without_index_constraints') !== 'on') {
    throw new SqlError(sqlState.feature_not_supported, 'unique constraints without an index are not yet supported', {
      hint: 'You can enable them by running `SET experimental_enable_unique_without_index_constraints = on`.',
    })
  }
  if (definition.storing.length > 0) {
    throw new SqlError(sqlState.feature_not_supported, 'unique constraints without an index cannot store columns')
  }
  if (constraint.notValid) throw unimplemented('UNIQUE WITHOUT INDEX … NOT VALID')
  const { withoutIndex: _withoutIndex, ...key } = { ...definition, columns: definition.columns.map(withoutDirection) }
  const name = newIndexName(constraint.name ?? names.withoutIndex(definition.columns), table, rewrite)
  const record = setRelation(besideTable(table, name), { without_index: true })
  if (fitsConstraint(key)) {
    return {
      definition: sql`CONSTRAINT ${printName(name)} UNIQUE ${constraintColumns(key)}`,
      after: [record],
    }
  }
  const index = { ...key, name, unique: true, method: 'btree', ifNotExists: false } as const
  return { after: [...createIndexSql(index, table, neverNull, rewrite), record] }
}

/** The same constraint, of a column. */
export function columnUniqueWithoutIndex(column: ColumnDefinition): readonly TableConstraint[] {
  return column.constraints.flatMap(constraint => {
    if (constraint.type !== 'unique' || !constraint.withoutIndex) return []
    const { start, end } = column
    const key = {
      columns: [{ kind: 'index-column', name: column.name, start, end } as const],
      storing: [],
      parameters: [],
    }
    const definition = { type: 'unique', ...key, visibility: 1, withoutIndex: true } as const
    const named = constraint.name === undefined ? {} : { name: constraint.name }
    return [{ kind: 'constraint', ...named, ifNotExists: false, definition, notValid: false, start, end }]
  })
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
