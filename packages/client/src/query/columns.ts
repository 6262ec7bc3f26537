import type pg from 'pg'
import { OptionError } from '../errors/option-error.js'
import { TextCache } from '../statement/text-cache.js'

/** Parses the text of a column's value. */
export type ValueParser = (text: string) => unknown

/** Where parsers of column types come from: a client, `pg.types`, or an application's own. */
export interface TypeSource {
  getTypeParser(oid: number, format?: 'text' | 'binary'): ValueParser
}

/** The columns of a result, and a row of them with every value null: copying it gives each row the same hidden class. */
export interface Columns {
  readonly fields: pg.FieldDef[]
  readonly emptyRow: Readonly<Record<string, unknown>>
}

export const noColumns: Columns = { fields: [], emptyRow: {} }

export function createColumns(fields: pg.FieldDef[]): Columns {
  let names = ''
  for (const field of fields) names += `${field.name}\0`
  return { fields, emptyRow: emptyRows.of(names) }
}

/** Making one takes longer than all else that an unnamed statement's columns need. */
const emptyRows = new TextCache(names => {
  // Without a prototype, so that a column may be called "__proto__".
  const row: Record<string, unknown> = Object.create(null)
  for (const name of names.split('\0').slice(0, -1)) row[name] = null
  return { ...row }
})

/** @throws OptionError for what has no parsers: it would only be noticed in the middle of a result. */
export function readTypes(types: pg.CustomTypesConfig | undefined): pg.CustomTypesConfig | undefined {
  if (types !== undefined && typeof types.getTypeParser !== 'function')
    throw new OptionError('types', 'it must have a function getTypeParser, such as valueTypes() gives')
  return types
}

export function parsersOf(columns: Columns, types: TypeSource): ValueParser[] {
  return columns.fields.map(field => types.getTypeParser(field.dataTypeID, 'text'))
}
