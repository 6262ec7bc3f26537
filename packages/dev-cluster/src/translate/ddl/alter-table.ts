import { type AlterTable, type AlterTableAction, printName, printString } from '@cerci/sql'
import { clientIndexName } from '../../errors/client-index-name.js'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { keepRegionColumn, renamedLocality } from '../regions/keep-regions.js'
import { alterLocality } from '../regions/locality.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { joinSql, type SqlText, sql } from '../rewrite/sql-text.js'
import type { Outcome } from '../statements/outcome.js'
import { unsafe } from '../statements/safe-updates.js'
import { unimplemented } from '../unimplemented.js'
import { alterPrimaryKey, replaceHiddenPrimaryKey } from './alter-primary-key.js'
import { columnKey, columnSql, recordedType, setColumn } from './column-sql.js'
import { columnUniqueWithoutIndex, constraintSharding, constraintSql } from './constraint-sql.js'
import { asOneStatement, doBlock } from './do-block.js'
import { addToFamily } from './families.js'
import {
  addShardColumn,
  dropUnusedShards,
  recordShardColumn,
  shardColumn,
  shardingOf,
  shardsOf,
} from './hash-sharding.js'
import { findKey, newIndexName } from './index-names.js'
import { neverNullIn, setRelation } from './index-sql.js'
import { ObjectNames } from './object-names.js'
import { recordPartitions } from './partition-by.js'
import { isIndexed, reclaimed } from './reclaimed.js'
import { requireKnownParameter, storageParameters } from './storage-parameters.js'
import { besideTable, regclass, type TargetTable, targetTable } from './target-table.js'

/** Source: https://www.cockroachlabs.com/docs/v26.2/alter-table */
export function translateAlterTable(node: AlterTable, rewrite: Rewrite): Outcome {
  const table = targetTable(node.name, rewrite)
  const only = node.ifExists ? 'IF EXISTS ' : ''
  const steps = node.actions.map(action => stepOf(action, table, rewrite))
  const alterations = steps.flatMap(step => step.alterations)
  const statements = [
    ...steps.flatMap(step => step.before ?? []),
    ...(alterations.length === 0 ? [] : [sql`ALTER TABLE ${only}${table.sql} ${joinSql(alterations, ', ')}`]),
    ...steps.flatMap(step => step.after ?? []),
  ]
  const [first] = node.actions
  const tag =
    first?.action === 'rename-column' ? 'RENAME COLUMN' : first?.action === 'rename' ? 'RENAME TABLE' : 'ALTER TABLE'
  const needsBlock = statements.length > 1 || alterations.length === 0
  if (!needsBlock) return { kind: 'ddl', tag, sql: asOneStatement(statements) }
  const body = sql`${joinSql(statements, '; ')};`
  if (!node.ifExists) return { kind: 'ddl', tag, sql: doBlock(body) }
  return {
    kind: 'ddl',
    tag,
    sql: doBlock(sql`IF pg_catalog.to_regclass(${printString(table.sql)}) IS NOT NULL THEN ${body} END IF;`),
  }
}

/** What an action comes to: subcommands of one ALTER TABLE, and statements around it. */
interface Step {
  readonly before?: readonly SqlText[]
  readonly alterations: readonly SqlText[]
  readonly after?: readonly SqlText[]
}

function stepOf(action: AlterTableAction, table: TargetTable, rewrite: Rewrite): Step {
  const { draft } = rewrite
  switch (action.action) {
    case 'add-column': {
      if (columnUniqueWithoutIndex(action.column).length > 0) throw uniqueWithoutIndexAdded()
      const names = new ObjectNames(table, [...columnNames(table), action.column.name])
      const { definition, records } = columnSql(action.column, table, names, rewrite)
      const ifNotExists = action.ifNotExists ? 'IF NOT EXISTS ' : ''
      const hasKey = action.column.constraints.some(({ type }) => type === 'primary-key')
      const replaced = hasKey ? replaceHiddenPrimaryKey(table) : []
      const key = columnKey(action.column)
      const sharding = key && shardingOf(key, rewrite)
      const added = sharding ? [sql`ADD COLUMN ${shardColumn(sharding)}`] : []
      return {
        alterations: [...replaced, sql`ADD COLUMN ${ifNotExists}${definition}`, ...added],
        after: [
          ...records,
          ...(sharding ? [recordShardColumn(sharding, table.sql)] : []),
          ...addToFamily(action.column, table),
        ],
      }
    }
    case 'drop-column':
      if (rewrite.variable('sql_safe_updates') === 'on')
        throw unsafe('ALTER TABLE DROP COLUMN will remove all data in that column')
      keepRegionColumn(action.column, table)
      return {
        alterations: [
          ...shardsOf(action.column, table).map(shard => sql`DROP COLUMN ${printName(shard)}`),
          sql`DROP COLUMN ${ifExists(action)}${printName(action.column)}${cascade(action)}`,
        ],
        ...(isIndexed(action.column, table) && { after: [sql`${reclaimed}`] }),
      }
    case 'add-constraint':
      return addConstraint(action, table, rewrite)
    case 'drop-constraint':
      return dropConstraint(action, table)
    case 'validate-constraint':
      return alter(`VALIDATE CONSTRAINT ${printName(action.constraint)}`)
    case 'rename-constraint':
      return separately(`ALTER TABLE ${table.sql} RENAME CONSTRAINT ${renameConstraint(action, table, rewrite)}`)
    case 'rename-column':
      return renameColumn(action, table)
    case 'rename':
      return separately(`ALTER TABLE ${table.sql} RENAME TO ${printName(action.to.parts.at(-1) ?? '')}`)
    case 'set-schema':
      return separately(`ALTER TABLE ${table.sql} SET SCHEMA ${printName(action.schema)}`)
    case 'owner':
      return alter(`OWNER TO ${printName(action.owner)}`)
    case 'set-default':
      return alter(sql`ALTER COLUMN ${printName(action.column)} SET DEFAULT ${draft.text(action.expression)}`)
    case 'drop-default':
      return alter(`ALTER COLUMN ${printName(action.column)} DROP DEFAULT`)
    case 'drop-stored':
      return alter(`ALTER COLUMN ${printName(action.column)} DROP EXPRESSION`)
    case 'set-not-null':
      return alter(`ALTER COLUMN ${printName(action.column)} SET NOT NULL`)
    case 'drop-not-null':
      return alter(`ALTER COLUMN ${printName(action.column)} DROP NOT NULL`)
    case 'set-on-update':
      return record(setColumn(table.sql, action.column, { onUpdate: draft.plain(action.expression) }))
    case 'drop-on-update':
      return record(setColumn(table.sql, action.column, { onUpdate: '' }))
    case 'set-visible':
      return record(setColumn(table.sql, action.column, { hidden: false }))
    case 'set-not-visible':
      return record(setColumn(table.sql, action.column, { hidden: true }))
    case 'set-type': {
      const collation = action.collation ? sql` COLLATE ${draft.text(action.collation)}` : ''
      const using = action.using ? sql` USING ${draft.text(action.using)}` : ''
      const change = sql`ALTER COLUMN ${printName(action.column)} TYPE ${draft.text(action.type)}${collation}${using}`
      const type = recordedType({ type: action.type }, rewrite)
      return { alterations: [change], after: type === undefined ? [] : [setColumn(table.sql, action.column, { type })] }
    }
    case 'alter-primary-key':
      return alterPrimaryKey(action, table, rewrite)
    case 'set-parameters':
      return record(setRelation(table.sql, { storage: storageParameters(action.parameters, rewrite) }))
    case 'reset-parameters':
      for (const name of action.names) requireKnownParameter(name)
      return record(setRelation(table.sql, { storage: null }))
    case 'set-locality':
      return { alterations: [], after: alterLocality(action.locality, table, rewrite) }
    case 'partition-by': {
      const index = clientIndexName(table.info?.indexes.find(({ primary }) => primary)?.name ?? '')
      const on = { of: 'table', index, columns: table.info?.primaryKey ?? [] } as const
      return record(recordPartitions(table.sql, action.partitionBy, on, rewrite, table.info?.properties))
    }
    case 'inject-statistics':
      return record(
        sql`PERFORM crdb_internal.cerci_inject_statistics(${regclass(table.sql)}, (${draft.text(action.statistics)})::jsonb)`,
      )
    case 'row-level-security':
      return alter(action.words.toUpperCase())
    case 'other':
  }
  throw unimplemented(`ALTER TABLE … ${action.words.toUpperCase()}`)
}

function addConstraint(
  { constraint }: AlterTableAction & { readonly action: 'add-constraint' },
  table: TargetTable,
  rewrite: Rewrite,
): Step {
  const names = new ObjectNames(table, columnNames(table))
  const made = constraintSql(constraint, table, names, neverNullIn(table.info?.columns ?? []), rewrite)
  const isKey = constraint.definition.type === 'primary-key'
  const definitions = made.definition ? [sql`ADD ${made.definition}`] : []
  const before = addShardColumn(constraintSharding(constraint, rewrite), table)
  if (!constraint.ifNotExists) {
    const replaced = isKey ? replaceHiddenPrimaryKey(table) : []
    return { before, alterations: [...replaced, ...definitions], after: made.after }
  }
  const exists = `EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = ${regclass(table.sql)} AND conname = ${printString(constraint.name ?? '')})`
  const statements = [
    ...before,
    ...definitions.map(definition => sql`ALTER TABLE ${table.sql} ${definition}`),
    ...made.after,
  ]
  return { alterations: [], after: [sql`IF NOT ${exists} THEN ${joinSql(statements, '; ')}; END IF`] }
}

/** A unique index that is no constraint in PostgreSQL is one in CockroachDB. */
function dropConstraint(action: AlterTableAction & { readonly action: 'drop-constraint' }, table: TargetTable): Step {
  const index = findKey(action.constraint, table.info)
  const stored = index?.name ?? action.constraint
  const drop = `DROP CONSTRAINT ${ifExists(action)}${printName(stored)}${cascade(action)}`
  if (!index || index.primary) return alter(drop)
  const isConstraint = `EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = ${regclass(table.sql)} AND conname = ${printString(stored)})`
  const dropIndex = `DROP INDEX ${besideTable(table, stored)}${cascade(action)}`
  const { after = [], ...step } = separately(
    `IF ${isConstraint} THEN ALTER TABLE ${table.sql} ${drop}; ELSE ${dropIndex}; END IF`,
  )
  return {
    ...step,
    after: index.properties.shard === undefined ? after : [...after, dropUnusedShards(regclass(table.sql))],
  }
}

/** A key's name is that of its index. */
function renameConstraint(
  { from, to }: { readonly from: string; readonly to: string },
  table: TargetTable,
  rewrite: Rewrite,
): string {
  const index = findKey(from, table.info)
  if (!index) return `${printName(from)} TO ${printName(to)}`
  return `${printName(index.name)} TO ${printName(newIndexName(to, table, rewrite))}`
}

function uniqueWithoutIndexAdded(): SqlError {
  return new SqlError(sqlState.feature_not_supported, 'adding a column marked as UNIQUE WITHOUT INDEX is unsupported', {
    hint: 'add the column first, then run ALTER TABLE ... ADD CONSTRAINT to add a UNIQUE WITHOUT INDEX constraint on the column',
  })
}

function columnNames(table: TargetTable): readonly string[] {
  return table.info?.columns.map(column => column.name) ?? []
}

function alter(alteration: SqlText | string): Step {
  return { alterations: [sql`${alteration}`] }
}

/** A subcommand that PostgreSQL does not take among others. */
function separately(statement: string): Step {
  return { alterations: [], after: [sql`${statement}`] }
}

function record(statement: SqlText): Step {
  return { alterations: [], after: [statement] }
}

function ifExists(action: { readonly ifExists: boolean }): string {
  return action.ifExists ? 'IF EXISTS ' : ''
}

function cascade(action: { readonly cascade: boolean }): string {
  return action.cascade ? ' CASCADE' : ''
}

/** The locality names the column that holds the regions. */
function renameColumn(action: { readonly from: string; readonly to: string }, table: TargetTable): Step {
  const { after = [], ...step } = separately(`ALTER TABLE ${table.sql} RENAME COLUMN ${renaming(action)}`)
  const locality = renamedLocality(action.from, action.to, table)
  return { ...step, after: locality === undefined ? after : [...after, setRelation(table.sql, { locality })] }
}

function renaming(action: { readonly from: string; readonly to: string }): string {
  return `${printName(action.from)} TO ${printName(action.to)}`
}
