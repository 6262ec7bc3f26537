import { OptionError } from '../errors/option-error.js'
import { withInput } from '../statement/with-input.js'
import { printArray } from '../value/array-literal.js'
import { columnType } from '../value/column-type.js'
import { encodeText } from '../value/encode-text.js'
import { CoalesceResultError } from './coalesce-errors.js'
import type { Coalesced, CoalescedStatement, CoalesceTarget } from './coalesce-options.js'
import { Coalescer, coalesced, keysBy } from './coalescer.js'
import { columnList, outputColumns, unnest } from './input-relation.js'

/** A call with its values in the form that travels. */
interface EncodedCall<Row> {
  readonly row: Row
  readonly fields: readonly (string | null)[]
}

/** Runs each batch as one statement over the relation `input`. */
export function coalesceStatement<Row extends object, Result extends object>(
  cluster: CoalesceTarget,
  definition: CoalescedStatement<Row>,
): Coalesced<Row, Result[]> {
  const columns = Object.entries<string | undefined>(definition.input).map(([name, type]) => {
    if (name === ORDINAL)
      throw new OptionError('input', `"${ORDINAL}" is the number of the call; name the property otherwise`)
    return { name, type: columnType(type ?? '') }
  })
  if (columns.length === 0) throw new OptionError('input', 'it names no property')
  const source = `SELECT ${outputColumns(columns)}, ${ORDINAL} FROM ${unnest(columns)} WITH ORDINALITY AS calls (${columnList(columns)}, ${ORDINAL})`
  const text = withInput(definition.text, source)

  const run = async (calls: readonly EncodedCall<Row>[]): Promise<Result[][]> => {
    const values = columns.map((_, column) => printArray(calls.map(call => call.fields[column] ?? null)))
    const { rows } = await cluster.query<Result & { [ORDINAL]: unknown }>({
      text,
      values,
      idempotent: definition.idempotent,
    })
    return byOrdinal<Result>(rows, calls.length)
  }
  const { by } = definition
  const keysOf = keysBy(by === 'none' ? undefined : (call: EncodedCall<Row>) => by(call.row))
  return coalesced(new Coalescer<EncodedCall<Row>, Result[]>(run, keysOf, definition), row => ({
    row,
    fields: columns.map(({ name, type }) => encodeText(Reflect.get(row, name), type, name)),
  }))
}

const ORDINAL = 'ordinal'

/** The result's rows of each call, without their number. */
function byOrdinal<Result extends object>(
  rows: readonly (Result & { [ORDINAL]: unknown })[],
  calls: number,
): Result[][] {
  const results = Array.from({ length: calls }, (): Result[] => [])
  for (const row of rows) {
    const mine = results[Number(row[ORDINAL]) - 1]
    if (!mine)
      throw new CoalesceResultError(
        'A result row of the statement, which was executed, has no column "ordinal" that is the number of a call',
      )
    Reflect.deleteProperty(row, ORDINAL)
    mine.push(row)
  }
  return results
}
