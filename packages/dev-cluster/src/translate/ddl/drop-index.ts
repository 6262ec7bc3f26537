import { type AlterIndex, type DropIndex, type IndexName, printName, printString } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { printQualified, type Rewrite } from '../rewrite/rewrite.js'
import { joinSql, type SqlText, sql } from '../rewrite/sql-text.js'
import type { Outcome } from '../statements/outcome.js'
import { unimplemented } from '../unimplemented.js'
import { doBlock } from './do-block.js'
import { dropUnusedShards } from './hash-sharding.js'
import { findIndex, indexOwner, newIndexName, storedIndexName } from './index-names.js'
import { setRelation } from './index-sql.js'
import { recordPartitions } from './partition-by.js'
import { reclaimed } from './reclaimed.js'
import { besideTable, regclass, targetTable } from './target-table.js'

/** Source: https://www.cockroachlabs.com/docs/v26.2/drop-index */
export function translateDropIndex(node: DropIndex, rewrite: Rewrite): Outcome {
  const drops = node.indexes.map(index => sql`${dropIndexSql(index, node, rewrite)}${dropShards(index, rewrite)}`)
  return { kind: 'ddl', tag: 'DROP INDEX', sql: doBlock(joinSql(drops, ' ')) }
}

/** RENAME TO, [NOT] VISIBLE, VISIBILITY. Source: https://www.cockroachlabs.com/docs/v26.2/alter-index */
export function translateAlterIndex(node: AlterIndex, rewrite: Rewrite): Outcome {
  const qualified = indexSql(node.index, rewrite)
  const tag = 'ALTER INDEX'
  if (node.to !== undefined) {
    const newName = node.index.table ? newIndexName(node.to, targetTable(node.index.table, rewrite), rewrite) : node.to
    const ifExists = node.ifExists ? 'IF EXISTS ' : ''
    return {
      kind: 'ddl',
      tag: 'RENAME INDEX',
      sql: `ALTER INDEX ${ifExists}${qualified} RENAME TO ${printName(newName)}`,
    }
  }
  if (node.partitionBy) {
    const known = node.index.table && findIndex(node.index.index.parts.at(-1) ?? '', rewrite.table(node.index.table))
    const index = node.index.index.parts.at(-1) ?? ''
    const on = { of: 'index', index, columns: known?.columns ?? [] } as const
    const record = recordPartitions(qualified, node.partitionBy, on, rewrite, known?.properties)
    return { kind: 'ddl', tag, sql: doBlock(sql`${record};`) }
  }
  if (node.visibility === undefined) throw unimplemented(`ALTER INDEX … ${(node.other ?? '').toUpperCase()}`)
  const properties = { visibility: node.visibility === 1 ? null : node.visibility }
  return { kind: 'ddl', tag, sql: doBlock(sql`${setRelation(qualified, properties)};`) }
}

/**
 * The index as PostgreSQL names it: in the schema of its table, whose primary key is also known as `primary`.
 * Throws 42704 when the table has no such index: PostgreSQL would take another table's for it.
 */
export function indexSql(name: IndexName, rewrite: Rewrite): string {
  const index = name.index.parts.at(-1) ?? ''
  if (!name.table) return printQualified(name.index.parts)
  const table = targetTable(name.table, rewrite)
  if (table.info && !findIndex(index, table.info)) {
    throw new SqlError(sqlState.undefined_object, `index "${index}" does not exist`)
  }
  return besideTable(table, storedIndexName(index, table.info))
}

function dropIndexSql(name: IndexName, { ifExists, cascade }: DropIndex, rewrite: Rewrite): SqlText {
  const index = name.index.parts.at(-1) ?? ''
  const table = name.table && targetTable(name.table, rewrite)
  if (ifExists && table?.info && !findIndex(index, table.info)) {
    return sql`${raise('NOTICE', '', `index "${index}" does not exist, skipping`)}`
  }
  const qualified = indexSql(name, rewrite)
  if (table && !table.info && !ifExists) {
    throw new SqlError(sqlState.undefined_table, `relation "${table.name}" does not exist`)
  }
  const found = `pg_catalog.to_regclass(${printString(qualified)})`
  const constraint = `(SELECT pg_catalog.format('%s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_catalog.pg_constraint WHERE conindid = ${found} AND contype IN ('u', 'x'))`
  const missing = ifExists
    ? raise('NOTICE', '', `index "${index}" does not exist, skipping`)
    : raise('EXCEPTION', '42704', `index "${index}" does not exist`)
  const inUse = raise(
    'EXCEPTION',
    '2BP01',
    `index "${index}" is in use as unique constraint`,
    'use CASCADE if you really want to drop it.',
  )
  const explicit = `EXISTS (SELECT FROM crdb_internal.cerci_relations WHERE relid = ${found} AND properties ? 'created_explicitly')`
  const dropConstraint = cascade
    ? `EXECUTE 'ALTER TABLE ' || ${constraint} || ' CASCADE';`
    : `IF ${explicit} THEN EXECUTE 'ALTER TABLE ' || ${constraint}; ELSE ${inUse} END IF;`
  const drop = `DROP INDEX ${qualified}${cascade ? ' CASCADE' : ''};`
  return sql`IF ${found} IS NULL THEN ${missing} ELSIF ${constraint} IS NOT NULL THEN ${dropConstraint} ${reclaimed}; ELSE ${drop} ${reclaimed}; END IF;`
}

/** An index that is gone leaves its shard column to others, or to nobody. */
function dropShards(name: IndexName, rewrite: Rewrite): SqlText {
  const index = name.index.parts.at(-1) ?? ''
  const info = name.table ? targetTable(name.table, rewrite).info : indexOwner(index, rewrite)
  if (info === undefined || findIndex(index, info)?.properties.shard === undefined) return sql``
  return sql` ${dropUnusedShards(regclass(printQualified([info.schema, info.name])))};`
}

function raise(level: string, code: string, message: string, hint?: string): string {
  const options = [
    ...(code === '' ? [] : [`ERRCODE = ${printString(code)}`]),
    `MESSAGE = ${printString(message)}`,
    ...(hint === undefined ? [] : [`HINT = ${printString(hint)}`]),
  ]
  return `RAISE ${level} USING ${options.join(', ')};`
}
