import { type ColumnType, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import { types } from 'pg'

/** What the engine is told of a column, and how its text becomes the value the engine expects. */
export interface ColumnReading {
  readonly type: ColumnType
  readonly read: (text: string) => unknown
}

/**
 * A table of the catalogs' types, by OID. Prisma's own adapter for `pg` refuses `"char"`, vectors, and the catalogs' own types, which
 * introspection reads. https://www.postgresql.org/docs/current/datatype-oid.html
 */
const readings: ReadonlyMap<number, ColumnReading> = new Map(
  (
    [
      [[16], ColumnTypeEnum.Boolean, text => text === 't'],
      [[17], ColumnTypeEnum.Bytes, text => types.getTypeParser(bytea, 'text')(text)],
      [[18], ColumnTypeEnum.Character, asIs],
      [[20, 26, 28], ColumnTypeEnum.Int64, asIs],
      [[21, 23], ColumnTypeEnum.Int32, Number],
      [[700], ColumnTypeEnum.Float, Number],
      [[701], ColumnTypeEnum.Double, Number],
      [[1700], ColumnTypeEnum.Numeric, asIs],
      [[1082], ColumnTypeEnum.Date, asIs],
      [[1114], ColumnTypeEnum.DateTime, text => `${text.replace(' ', 'T')}+00:00`],
      [[1184], ColumnTypeEnum.DateTime, text => text.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00')],
      [[114, 3802], ColumnTypeEnum.Json, asIs],
      [[2950], ColumnTypeEnum.Uuid, asIs],
      [[22], ColumnTypeEnum.Int32Array, text => text.split(' ').filter(Boolean).map(Number)],
      [[30], ColumnTypeEnum.Int64Array, text => text.split(' ').filter(Boolean)],
      [[1000], ColumnTypeEnum.BooleanArray, text => elements(text).map(each => (each === null ? null : each === 't'))],
      [[1002], ColumnTypeEnum.CharacterArray, elements],
      [
        [1005, 1007],
        ColumnTypeEnum.Int32Array,
        text => elements(text).map(each => (each === null ? null : Number(each))),
      ],
      [[1016, 1028], ColumnTypeEnum.Int64Array, elements],
      [[1003, 1009, 1015], ColumnTypeEnum.TextArray, elements],
    ] satisfies readonly (readonly [number[], ColumnType, (text: string) => unknown])[]
  ).flatMap(([oids, type, read]) => oids.map(oid => [oid, { type, read }] as const)),
)

/** Everything else (names, node trees, regclass, enums, domains) is read as text. */
const text: ColumnReading = { type: ColumnTypeEnum.Text, read: asIs }

export function columnReading(oid: number): ColumnReading {
  return readings.get(oid) ?? text
}

function asIs(value: string): string {
  return value
}

function elements(value: string): (string | null)[] {
  const parsed: unknown = types.getTypeParser(textArray, 'text')(value)
  return Array.isArray(parsed) ? parsed.map((each: unknown) => (typeof each === 'string' ? each : null)) : []
}

const bytea: number = 17
const textArray: number = 1009
