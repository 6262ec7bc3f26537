import { type CreateIndex, printName } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { type SqlText, sql } from '../rewrite/sql-text.js'
import type { Outcome } from '../statements/outcome.js'
import { readPartitions } from '../zones/partition-facts.js'
import { asOneStatement, unlessExists } from './do-block.js'
import { addShardColumn, shardingOf } from './hash-sharding.js'
import { newIndexName } from './index-names.js'
import {
  constraintColumns,
  createIndexSql,
  fitsConstraint,
  indexProperties,
  neverNullIn,
  setRelation,
} from './index-sql.js'
import { ObjectNames } from './object-names.js'
import { besideTable, relationExists, targetTable } from './target-table.js'

/** A unique index is a constraint in CockroachDB, whichever statement made it. Source: https://www.cockroachlabs.com/docs/v26.2/create-index */
export function translateCreateIndex(node: CreateIndex, rewrite: Rewrite): Outcome {
  const table = targetTable(node.table, rewrite)
  const columns = table.info?.columns ?? []
  const names = new ObjectNames(
    table,
    columns.map(column => column.name),
  )
  const asked = node.name ?? names.index(node.columns, node.unique)
  const name = newIndexName(asked, table, rewrite)
  const asConstraint = node.unique && node.method === 'btree' && fitsConstraint(node)
  const sharding = addShardColumn(shardingOf(node, rewrite), table)
  const made: SqlText[] = asConstraint
    ? [
        sql`ALTER TABLE ${table.sql} ADD CONSTRAINT ${printName(name)} UNIQUE ${constraintColumns(node)}`,
        ...indexProperties(node, name, table, rewrite),
        // DROP INDEX takes it without CASCADE, unlike the index of a constraint.
        setRelation(besideTable(table, name), { created_explicitly: true }),
      ]
    : [...createIndexSql({ ...node, name, ifNotExists: false }, table, neverNullIn(columns), rewrite)]
  const statements = [...sharding, ...made]
  if (!node.partitionBy && readPartitions(table.info?.properties ?? {}).length > 0) statements.push(unpartitioned)
  const tag = 'CREATE INDEX'
  if (!node.ifNotExists) return { kind: 'ddl', tag, sql: asOneStatement(statements) }
  const exists = relationExists(name, table.schema)
  return { kind: 'ddl', tag, sql: unlessExists(exists, `relation "${asked}" already exists, skipping`, statements) }
}

const unpartitioned = sql`RAISE NOTICE USING MESSAGE = 'creating non-partitioned index on partitioned table may not be performant', HINT = 'Consider modifying the index such that it is also partitioned.'`
