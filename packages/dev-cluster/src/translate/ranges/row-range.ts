import { printString } from '@cerci/sql'
import { printQualified } from '../rewrite/rewrite.js'
import { type RangeRow, rawIndexKey } from './range-sql.js'

/**
 * A condition on the range in which a row is.
 *
 * @param row SQL of the values of its key: of the index that the ranges are of, or of the table's primary one
 */
export function holdsRow([first]: readonly RangeRow[], row: string): string {
  if (first === undefined) return 'false'
  const { table, index = table.indexes.find(({ primary }) => primary), indexId } = first
  if (index === undefined) return 'true'
  const relation = `${printString(printQualified([table.schema, index.name]))}::pg_catalog.regclass`
  const key = `(SELECT ${rawIndexKey(indexId)} || found.key FROM (VALUES ${row}) AS given, crdb_internal.cerci_index_key(${relation}, 'FOR ROW', pg_catalog.row_to_json(given)) AS found)`
  return `raw_suffix <= ${key} AND (raw_end_suffix IS NULL OR ${key} < raw_end_suffix)`
}
