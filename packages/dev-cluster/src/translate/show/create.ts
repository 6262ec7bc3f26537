import { printString, type Show } from '@cerci/sql'
import { printQualified, type Rewrite } from '../rewrite/rewrite.js'
import { unimplemented } from '../unimplemented.js'
import { relationLiteral, requireCurrentDatabase, type ShowForm, shownName } from './show-statement.js'

/** SHOW CREATE. Source: https://www.cockroachlabs.com/docs/v26.2/show-create */
export const createForms: Readonly<Record<string, ShowForm>> = {
  create: relation,
  'create table': relation,
  'create view': relation,
  'create sequence': relation,
  'create type': show => {
    const name = shownName(show)
    return `SELECT ${printString(name.parts.at(-1) ?? '')}::text AS type_name, crdb_internal.cerci_show_create_type(${printString(printQualified(name.parts))}::regtype) AS create_statement`
  },
  'create database': (show, rewrite) => {
    const name = shownName(show)
    requireCurrentDatabase(name, rewrite)
    return `SELECT name AS database_name, create_statement FROM crdb_internal.databases WHERE name = ${printString(name.parts[0] ?? '')}`
  },
  'create all tables': () => `SELECT create_statement FROM crdb_internal.create_statements ORDER BY descriptor_id`,
  'create all schemas': () =>
    `SELECT 'CREATE SCHEMA ' || crdb_internal.cerci_name(schema_name) || ';' AS create_statement FROM crdb_internal.cerci_show_schemas WHERE schema_name NOT IN ('crdb_internal', 'information_schema', 'pg_catalog', 'pg_extension') ORDER BY schema_name`,
  'create all types': () =>
    `SELECT crdb_internal.cerci_show_create_type((quote_ident(schema) || '.' || quote_ident(name))::regtype) || ';' AS create_statement FROM crdb_internal.cerci_show_types ORDER BY schema, name`,
  'create function': () => {
    throw unimplemented('SHOW CREATE FUNCTION')
  },
}

function relation(show: Show, rewrite: Rewrite): string {
  const name = shownName(show)
  const literal = relationLiteral(name, rewrite)
  return `SELECT ${printString(name.parts.at(-1) ?? '')}::text AS table_name, crdb_internal.cerci_show_create(${literal}) AS create_statement`
}
