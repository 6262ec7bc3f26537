import { type CreateTable, printName, type Query } from '@cerci/sql'
import { createdLocality } from '../regions/locality.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { sql } from '../rewrite/sql-text.js'
import type { Outcome } from '../statements/outcome.js'
import { unimplemented } from '../unimplemented.js'
import { setColumn } from './column-sql.js'
import { asOneStatement, raiseNotice, unlessExists } from './do-block.js'
import { relationExists, type TargetTable } from './target-table.js'

/** CREATE TABLE … AS. The table gets a hidden primary key unless one is named. Source: https://www.cockroachlabs.com/docs/v26.2/create-table-as */
export function createTableAs(node: CreateTable, query: Query, table: TargetTable, rewrite: Rewrite): Outcome {
  if (node.partitionBy) throw unimplemented('CREATE TABLE … PARTITION BY … AS')
  const columns = node.elements.filter(element => element.kind === 'column')
  if (
    node.elements.some(
      element => element.kind !== 'column' && element.kind !== 'family' && element.kind !== 'constraint',
    )
  ) {
    throw unimplemented('indexes in CREATE TABLE AS')
  }
  const listed = node.columnNames ?? columns
  const names = listed.length === 0 ? '' : ` (${listed.map(column => printName(column.name)).join(', ')})`
  const temporary = node.temporary ? 'TEMPORARY ' : ''
  const create = sql`CREATE ${temporary}TABLE ${table.sql}${names} AS ${rewrite.draft.text(query)}`
  const key = columns.filter(column => column.constraints.some(({ type }) => type === 'primary-key'))
  const constraint = `ADD CONSTRAINT ${printName(`${table.name}_pkey`)} PRIMARY KEY`
  const locality = createdLocality(node.locality, columns, table, rewrite)
  if (locality?.column) throw unimplemented('REGIONAL BY ROW in CREATE TABLE AS')
  const made =
    key.length > 0
      ? [create, sql`ALTER TABLE ${table.sql} ${constraint} (${key.map(column => printName(column.name)).join(', ')})`]
      : [
          create,
          sql`ALTER TABLE ${table.sql} ADD COLUMN rowid int8 NOT NULL DEFAULT unique_rowid(), ${constraint} (rowid)`,
          setColumn(table.sql, 'rowid', { hidden: true }),
          raiseNotice(
            'CREATE TABLE ... AS does not copy over indexes, default expressions, or constraints; the new table has a hidden rowid primary key column',
          ),
        ]
  const statements = [...made, ...(locality?.records ?? [])]
  const tag = 'CREATE TABLE AS'
  if (!node.ifNotExists) return { kind: 'ddl', tag, sql: asOneStatement(statements) }
  const message = `relation "${table.name}" already exists, skipping`
  return { kind: 'ddl', tag, sql: unlessExists(relationExists(table.name, table.schema), message, statements) }
}
