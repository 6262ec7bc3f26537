import { keySql } from '../access/partition-key.js'
import type { TranslateContext } from '../translate-context.js'
import { indexParts } from '../zones/index-parts.js'
import { defaultZone } from '../zones/zone-config.js'
import { type RangeRow, rawIndexKey } from './range-sql.js'

/**
 * A condition on the range in which a row is.
 *
 * @param row SQL of the values of its key: of the index that the ranges are of, or of the table's primary one
 */
export function holdsRow([first]: readonly RangeRow[], row: string, { catalog, cluster }: TranslateContext): string {
  if (first === undefined) return 'false'
  // The region comes first in the key of a row that has one.
  if (first.region !== undefined) return `region = (SELECT key.region::text FROM (VALUES ${row}) AS key (region))`
  const { table, index = table.indexes.find(({ primary }) => primary), indexId } = first
  const parts = indexParts(table, catalog.properties, defaultZone(cluster)).find(part => part.index === index)
  const width = parts?.width ?? 0
  const names = parts?.index.columns.slice(0, width).map((_, at) => `k${at}`) ?? []
  const beginning = rawIndexKey(indexId)
  const key =
    parts === undefined || width === 0
      ? beginning
      : `(SELECT ${beginning} || ${keySql(parts.index, table, width, at => `key.k${at}`)} FROM (VALUES ${row}) AS key (${names.join(', ')}))`
  return `raw_suffix <= ${key} AND (raw_end_suffix IS NULL OR ${key} < raw_end_suffix)`
}
