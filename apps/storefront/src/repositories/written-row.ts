/** The one row that a statement with RETURNING has to give. */
export function writtenRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows
  if (row === undefined) throw new Error('a statement with RETURNING gave no row')
  return row
}
