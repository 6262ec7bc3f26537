import { OptionError } from '../errors/option-error.js'

/** A source whose first row is known. */
export interface PeekedSource<Row> {
  /** Undefined when there are no rows. */
  readonly first: Row | undefined
  /** All rows, the first included. */
  readonly source: AsyncIterable<Row>
  /** Lets the given source clean up; harmless when it has ended. */
  readonly close: () => Promise<void>
}

export async function peek<Row>(rows: Iterable<Row> | AsyncIterable<Row>): Promise<PeekedSource<Row>> {
  if (!isIterable(rows)) throw new OptionError('rows', 'it must be an array, or anything else that can be iterated')
  const iterator = iterate(rows)
  const next = await iterator.next()
  const close = async (): Promise<void> => {
    await iterator.return()
  }
  if (next.done === true) return { first: undefined, source: iterator, close }
  return { first: next.value, source: startingWith(next.value, iterator), close }
}

function isIterable(rows: unknown): boolean {
  return typeof rows === 'object' && rows !== null && (Symbol.asyncIterator in rows || Symbol.iterator in rows)
}

async function* iterate<Row>(rows: Iterable<Row> | AsyncIterable<Row>): AsyncGenerator<Row, void, undefined> {
  yield* rows
}

async function* startingWith<Row>(first: Row, rest: AsyncIterable<Row>): AsyncGenerator<Row, void, undefined> {
  yield first
  yield* rest
}
