import { printString } from '@cerci/sql'
import { type SqlText, sql } from '../rewrite/sql-text.js'

/** Records facts about a database. Those given replace those recorded, null removes one. */
export function setDatabase(name: string, properties: Readonly<Record<string, unknown>>): SqlText {
  return sql`PERFORM crdb_internal.cerci_set_database(${printString(name)}, ${printString(JSON.stringify(properties))})`
}
