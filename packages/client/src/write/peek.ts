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

/** @throws OptionError for what cannot be iterated, and for what can be iterated once only and was */
export async function peek<Row>(rows: Iterable<Row> | AsyncIterable<Row>): Promise<PeekedSource<Row>> {
  const iterator = iterate(take(rows))
  const next = await iterator.next()
  const close = async (): Promise<void> => {
    await iterator.return()
  }
  if (next.done === true) return { first: undefined, source: iterator, close }
  return { first: next.value, source: startingWith(next.value, iterator), close }
}

/** Begins to iterate. What is iterated for the second time may have ended, and would look empty: a retried transaction would write nothing. */
function take<Row>(rows: Iterable<Row> | AsyncIterable<Row>): Iterable<Row> | AsyncIterable<Row> {
  if (!isIterable(rows)) throw new OptionError('rows', 'it must be an array, or anything else that can be iterated')
  if (isStream(rows)) remember(rows)
  if (Symbol.asyncIterator in rows) {
    const iterator = rows[Symbol.asyncIterator]()
    remember(iterator)
    return { [Symbol.asyncIterator]: () => iterator }
  }
  const iterator = rows[Symbol.iterator]()
  remember(iterator)
  return { [Symbol.iterator]: () => iterator }
}

/** Iterators and streams that a write has begun to read. Arrays give a new iterator each time, generators always themselves. */
const taken = new WeakSet<object>()

function remember(source: object): void {
  if (taken.has(source))
    throw new OptionError(
      'rows',
      'this generator or stream was read before; make a new one, for a transaction inside its function, which may run several times',
    )
  taken.add(source)
}

function isIterable(rows: unknown): boolean {
  return typeof rows === 'object' && rows !== null && (Symbol.asyncIterator in rows || Symbol.iterator in rows)
}

/** Streams of Node.js and of the web, and lines of `readline`, give a new iterator each time, but over the same rows. */
function isStream(rows: object): boolean {
  return 'getReader' in rows || ('on' in rows && typeof rows.on === 'function')
}

async function* iterate<Row>(rows: Iterable<Row> | AsyncIterable<Row>): AsyncGenerator<Row, void, undefined> {
  yield* rows
}

async function* startingWith<Row>(first: Row, rest: AsyncIterable<Row>): AsyncGenerator<Row, void, undefined> {
  yield first
  yield* rest
}
