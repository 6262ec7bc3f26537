import { encodeText } from '../value/encode-text.js'
import { BulkRowError } from './bulk-errors.js'
import type { Column } from './columns.js'

/**
 * One text per column; null is NULL. A row without a value for a column is a `BulkRowError`, a value that does not fit a `ValueError`.
 *
 * @param index Place of the row in the input, for the error.
 * @param exact Refuse a row that has other columns too.
 */
export function encodeRow(row: object, index: number, columns: readonly Column[], exact: boolean): (string | null)[] {
  if (exact && Object.keys(row).length > columns.length) {
    const extra = Object.keys(row).find(name => !columns.some(column => column.name === name))
    throw new BulkRowError(index, `has the column ${JSON.stringify(extra)}, which the first row has not`)
  }
  return columns.map(({ name, type }) => {
    const value: unknown = Reflect.get(row, name)
    if (value === undefined) throw new BulkRowError(index, `has no value for the column ${JSON.stringify(name)}`)
    return encodeText(value, type, name)
  })
}
