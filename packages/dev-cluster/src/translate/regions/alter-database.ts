import { type AlterDatabase, type DatabaseChange, printName, printString } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { normalizeVariableValue } from '../../variables/normalize-variable-value.js'
import { realSearchPath } from '../../variables/search-path.js'
import { findVariable } from '../../variables/variables.js'
import { doBlock, noticeOnly } from '../ddl/do-block.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { joinSql, sql } from '../rewrite/sql-text.js'
import type { Outcome } from '../statements/outcome.js'
import { unknownVariable } from '../statements/set-variable.js'
import { unimplemented } from '../unimplemented.js'
import { extendZones } from '../zones/extend-zones.js'
import { changeRegions, type RegionChange } from './change-regions.js'
import { databaseRegions, regionProperties } from './database-regions.js'
import { invalidDefinition } from './region-errors.js'
import { setDatabase } from './set-database.js'

/** Source: https://www.cockroachlabs.com/docs/v26.2/alter-database */
export function translateAlterDatabase(node: AlterDatabase, rewrite: Rewrite): Outcome {
  const { change, name } = node
  const database = printName(name)
  switch (change.action) {
    case 'rename':
      return {
        kind: 'ddl',
        tag: 'RENAME DATABASE',
        sql: `ALTER DATABASE ${database} RENAME TO ${printName(change.to)}`,
      }
    case 'owner':
      return {
        kind: 'ddl',
        tag: 'ALTER DATABASE',
        sql: `ALTER DATABASE ${database} OWNER TO ${printName(change.owner)}`,
      }
    case 'set-variable':
    case 'reset-variable':
      return { kind: 'ddl', tag: 'ALTER DATABASE', sql: `ALTER DATABASE ${database} ${variableSql(change)}` }
    case 'other':
      throw unimplemented(`ALTER DATABASE … ${change.words.toUpperCase()}`)
    case 'locality-zone':
      requireOwnDatabase(name, rewrite)
      return extendZones(name, change, rewrite)
    case 'primary-region':
    case 'secondary-region':
    case 'add-region':
    case 'drop-region':
    case 'drop-secondary-region':
    case 'survive':
    case 'placement':
    case 'add-super-region':
    case 'alter-super-region':
    case 'drop-super-region':
  }
  requireOwnDatabase(name, rewrite)
  const step = changeRegions(change, databaseRegions(rewrite), name, rewrite)
  const tag = tags[change.action]
  if (typeof step === 'string') return { kind: 'other', tag, sql: noticeOnly(step) }
  const statements = [...step.statements, setDatabase(name, regionProperties(step.config))]
  return { kind: 'ddl', tag, sql: doBlock(sql`${joinSql(statements, '; ')};`) }
}

/** The enum of the regions and the tables' localities are inside the database, and so is the session that runs the statement. */
function requireOwnDatabase(name: string, rewrite: Rewrite): void {
  const { session } = rewrite.context
  if (name === 'system') throw invalidDefinition('adding a primary region to the system database is not supported')
  if (name !== session.database) {
    throw new SqlError(sqlState.invalid_catalog_name, `database "${name}" does not exist`)
  }
}

/** The rest of ALTER DATABASE … SET variable and RESET variable. */
function variableSql(change: Extract<DatabaseChange, { readonly action: 'set-variable' | 'reset-variable' }>): string {
  const variable = findVariable(change.variable) ?? unknownVariable(change.variable)
  if (change.action === 'reset-variable') return `RESET ${variable.guc}`
  const value = normalizeVariableValue(variable, change.values.join(', '))
  if (variable.name === 'search_path')
    return `SET search_path = ${realSearchPath(change.values.map(printName).join(', '))}`
  return `SET ${variable.guc} = ${printString(value)}`
}

const tags: Readonly<Record<RegionChange['action'], string>> = {
  'primary-region': 'ALTER DATABASE PRIMARY REGION',
  'secondary-region': 'ALTER DATABASE SET SECONDARY REGION',
  'add-region': 'ALTER DATABASE ADD REGION',
  'drop-region': 'ALTER DATABASE DROP REGION',
  'drop-secondary-region': 'ALTER DATABASE DROP SECONDARY REGION',
  survive: 'ALTER DATABASE SURVIVE',
  placement: 'ALTER DATABASE PLACEMENT',
  'add-super-region': 'ALTER DATABASE ADD SUPER REGION',
  'alter-super-region': 'ALTER DATABASE ALTER SUPER REGION',
  'drop-super-region': 'ALTER DATABASE DROP SUPER REGION',
}
