import { printString, type Show } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import {
  clause,
  hasOption,
  relationLiteral,
  requireCurrentDatabase,
  type ShowForm,
  shownName,
  tableOf,
} from './show-statement.js'

const virtualSchemas = "('crdb_internal', 'information_schema', 'pg_catalog', 'pg_extension')"

/** SHOW of databases and of what is in one. The overlay's views have CockroachDB's columns, the comment last. */
export const catalogForms: Readonly<Record<string, ShowForm>> = {
  databases: show =>
    `SELECT ${withComment(show, 'database_name, owner, primary_region, secondary_region, regions, survival_goal')} FROM crdb_internal.cerci_show_databases ORDER BY database_name`,
  schemas: (show, rewrite) => {
    requireCurrentDatabase(namedDatabase(show), rewrite)
    return 'SELECT schema_name, owner FROM crdb_internal.cerci_show_schemas ORDER BY schema_name'
  },
  tables: (show, rewrite) => {
    const columns = withComment(show, 'schema_name, table_name, type, owner, estimated_row_count, locality')
    return `SELECT ${columns} FROM crdb_internal.cerci_show_tables WHERE ${schemaCondition(show, 'schema_name', rewrite)} ORDER BY schema_name, table_name`
  },
  columns: (show, rewrite) => {
    const columns = withComment(
      show,
      'column_name, data_type, is_nullable, column_default, generation_expression, indices, is_hidden',
    )
    return `SELECT ${columns} FROM crdb_internal.cerci_show_columns(${relationLiteral(shownName(show), rewrite)})`
  },
  index: indexes,
  indexes,
  keys: indexes,
  constraint: constraints,
  constraints,
  sequences: (show, rewrite) =>
    `SELECT sequence_schema, sequence_name FROM crdb_internal.cerci_show_sequences WHERE ${schemaCondition(show, 'sequence_schema', rewrite)} ORDER BY sequence_schema, sequence_name`,
  types: () => 'SELECT schema, name, owner FROM crdb_internal.cerci_show_types ORDER BY schema, name',
  enums: (show, rewrite) =>
    `SELECT schema, name, values, owner FROM crdb_internal.cerci_show_types WHERE values IS NOT NULL AND ${schemaCondition(show, 'schema', rewrite)} ORDER BY schema, name`,
  functions: (show, rewrite) =>
    `SELECT schema_name, function_name, result_data_type, argument_data_types, function_type, volatility FROM crdb_internal.cerci_show_functions WHERE function_type <> 'proc' AND ${schemaCondition(show, 'schema_name', rewrite)} ORDER BY schema_name, function_name`,
  procedures: (show, rewrite) =>
    `SELECT schema_name, function_name AS procedure_name, argument_data_types FROM crdb_internal.cerci_show_functions WHERE function_type = 'proc' AND ${schemaCondition(show, 'schema_name', rewrite)} ORDER BY schema_name, function_name`,
  triggers: (show, rewrite) =>
    `SELECT tgname::text AS trigger_name, tgenabled <> 'D' AS enabled FROM pg_catalog.pg_trigger WHERE NOT tgisinternal AND tgrelid = ${relationLiteral(shownName(show), rewrite)} ORDER BY trigger_name`,
  policies: (show, rewrite) =>
    `SELECT name, cmd, type, roles, using_expr, with_check_expr FROM crdb_internal.cerci_show_policies WHERE relation = ${relationLiteral(shownName(show), rewrite)} ORDER BY name`,
  statistics: (show, rewrite) =>
    `SELECT statistics_name, column_names, created, row_count, distinct_count, null_count, avg_size, partial_predicate, histogram_id, full_histogram_id FROM crdb_internal.cerci_show_statistics WHERE relation = ${relationLiteral(shownName(show), rewrite)} ORDER BY column_names`,
}

function indexes(show: Show, rewrite: Rewrite): string {
  const columns = withComment(
    show,
    'table_name, index_name, non_unique, seq_in_index, column_name, definition, direction, storing, implicit, visible, visibility',
  )
  const from = clause(show, 'from', 'in')
  if (from?.of === 'database') {
    requireCurrentDatabase(namedDatabase(show), rewrite)
    return `SELECT ${columns} FROM crdb_internal.cerci_show_indexes WHERE schema_name NOT IN ${virtualSchemas} ORDER BY table_name, index_name, seq_in_index`
  }
  return `SELECT ${columns} FROM crdb_internal.cerci_show_indexes WHERE indrelid = ${relationLiteral(shownName(show), rewrite)} ORDER BY index_name, seq_in_index`
}

function constraints(show: Show, rewrite: Rewrite): string {
  const columns = withComment(show, 'table_name, constraint_name, constraint_type, details, validated')
  return `SELECT ${columns} FROM crdb_internal.cerci_show_constraints WHERE conrelid = ${relationLiteral(shownName(show), rewrite)} ORDER BY constraint_name`
}

function withComment(show: Show, columns: string): string {
  return hasOption(show, 'comment') ? `${columns}, comment` : columns
}

function namedDatabase(show: Show): ReturnType<typeof tableOf> | undefined {
  const name = clause(show, 'from', 'in')?.names[0]
  return name && tableOf(name)
}

/** FROM names a database, a schema, or both; without it all schemas of the user count. */
function schemaCondition(show: Show, column: string, rewrite: Rewrite): string {
  const parts = namedDatabase(show)?.parts ?? []
  const named = parts[0] === rewrite.context.session.database ? parts.slice(1) : parts
  const [schema] = named
  if (schema === undefined) return `${column} NOT IN ${virtualSchemas}`
  const { databases, schemas } = rewrite.context.catalog
  if (named.length > 1 || (databases.includes(schema) && !schemas.has(schema))) {
    requireCurrentDatabase(namedDatabase(show), rewrite)
  }
  if (!schemas.has(schema)) throw new SqlError(sqlState.invalid_schema_name, 'target database or schema does not exist')
  return `${column} = ${printString(schema)}`
}
