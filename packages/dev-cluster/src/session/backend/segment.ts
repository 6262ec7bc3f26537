import { randomUUID } from 'node:crypto'
import { serializeFrontend } from '@cerci/wire'
import type { PreparedStatement } from '../statement/prepared-statements.js'
import type { Statement } from '../statement/statement.js'

/**
 * A reply that PostgreSQL owes for a message it was sent, and what it means. `hidden`: the client did not ask, and does not
 * see it. `statement`: the one that an error would be about.
 */
export type Expected = { readonly statement?: Statement | undefined; readonly hidden: boolean } & (
  | { readonly kind: 'parse'; readonly name: string; readonly prepared: PreparedStatement | undefined }
  | { readonly kind: 'bind'; readonly portal: string }
  /** `onlyRows`: the client is not told that there will be none. */
  | { readonly kind: 'describe'; readonly onlyRows?: true }
  | { readonly kind: 'execute'; readonly portal: string }
  /** `name` is that of a prepared statement, `portal` that of a portal. */
  | { readonly kind: 'close'; readonly name: string | undefined; readonly portal?: string }
  | { readonly kind: 'query'; readonly statements: readonly Statement[] }
)

/** `sync` ends in ReadyForQuery; `flush` ends when every expected reply has come, and leaves an implicit transaction open. */
export type SegmentEnd = 'sync' | 'flush'

export const SYNC: Buffer = serializeFrontend({ name: 'Sync' })
const FLUSH: Buffer = serializeFrontend({ name: 'Flush' })

/**
 * Messages that go to PostgreSQL together, and the replies they will get. It can be sent again as it is: a transaction that
 * is replayed is a list of these.
 */
export class Segment {
  readonly expected: Expected[] = []
  readonly #parts: Buffer[] = []
  #run: Buffer | undefined
  #runStart = 0
  #runEnd = 0

  /** Adds `buffer[start, end)`; neighbouring ranges of one buffer become one part. */
  addRange(buffer: Buffer, start: number, end: number): void {
    if (this.#run === buffer && this.#runEnd === start) {
      this.#runEnd = end
      return
    }
    this.#closeRun()
    this.#run = buffer
    this.#runStart = start
    this.#runEnd = end
  }

  add(bytes: Buffer): void {
    this.addRange(bytes, 0, bytes.length)
  }

  expect(expected: Expected): void {
    this.expected.push(expected)
  }

  /** A simple Query answers with ReadyForQuery by itself. */
  get isQuery(): boolean {
    return this.expected[0]?.kind === 'query'
  }

  /** What to write, in order. */
  parts(end: SegmentEnd): readonly Buffer[] {
    this.#closeRun()
    if (this.isQuery) return this.#parts
    return [...this.#parts, end === 'sync' ? SYNC : FLUSH]
  }

  get bytes(): number {
    this.#closeRun()
    return this.#parts.reduce((sum, part) => sum + part.length, 0)
  }

  #closeRun(): void {
    if (this.#run === undefined) return
    this.#parts.push(this.#run.subarray(this.#runStart, this.#runEnd))
    this.#run = undefined
  }
}

/** Several statements as one Query, which PostgreSQL runs as one implicit transaction. */
export function querySegment(statements: readonly Statement[]): Segment {
  const segment = new Segment()
  const text = statements.map(statement => statement.translation.sql).join(QUERY_SEPARATOR)
  segment.add(serializeFrontend({ name: 'Query', text }))
  segment.expect({ kind: 'query', statements, hidden: false })
  return segment
}

/**
 * Statements of a Query as messages of the extended protocol, of which the client sees what it would see of a Query. PostgreSQL commits at the
 * end of a Query, but what the client's has before or after them belongs to the same transaction.
 */
export function openSegment(statements: readonly Statement[]): Segment {
  const segment = new Segment()
  for (const statement of statements) {
    const text = statement.translation.sql
    segment.add(serializeFrontend({ name: 'Parse', statement: '', text, parameterTypes: [] }))
    segment.add(
      serializeFrontend({
        name: 'Bind',
        portal: '',
        statement: '',
        parameterFormats: [],
        values: [],
        resultFormats: [],
      }),
    )
    segment.add(serializeFrontend({ name: 'Describe', kind: 'P', object: '' }))
    segment.add(serializeFrontend({ name: 'Execute', portal: '', maxRows: 0 }))
    segment.expect({ kind: 'parse', name: '', prepared: undefined, statement, hidden: true })
    segment.expect({ kind: 'bind', portal: '', statement, hidden: true })
    segment.expect({ kind: 'describe', statement, hidden: false, onlyRows: true })
    segment.expect({ kind: 'execute', portal: '', statement, hidden: false })
  }
  return segment
}

export const QUERY_SEPARATOR = ';\n'

/**
 * Statements of the gateway's own, unseen by the client. They have a name, because an unnamed one, or a Query, would replace the
 * client's unnamed statement.
 */
export function internalSegment(...statements: readonly string[]): Segment {
  const segment = new Segment()
  for (const sql of statements) addInternal(segment, sql)
  return segment
}

/** What the gateway's own statements are called. No client knows it, so none has a statement or a portal of the name. */
const INTERNAL_NAME = `cerci ${randomUUID()}`

function addInternal(segment: Segment, sql: string): void {
  const name = INTERNAL_NAME
  // One that failed is still there, and its name would be taken.
  segment.add(serializeFrontend({ name: 'Close', kind: 'S', object: name }))
  segment.add(serializeFrontend({ name: 'Parse', statement: name, text: sql, parameterTypes: [] }))
  segment.add(
    serializeFrontend({
      name: 'Bind',
      portal: name,
      statement: name,
      parameterFormats: [],
      values: [],
      resultFormats: [],
    }),
  )
  segment.add(serializeFrontend({ name: 'Execute', portal: name, maxRows: 0 }))
  segment.add(serializeFrontend({ name: 'Close', kind: 'P', object: name }))
  segment.add(serializeFrontend({ name: 'Close', kind: 'S', object: name }))
  segment.expect({ kind: 'close', name: undefined, hidden: true })
  segment.expect({ kind: 'parse', name, prepared: undefined, hidden: true })
  segment.expect({ kind: 'bind', portal: name, hidden: true })
  segment.expect({ kind: 'execute', portal: name, hidden: true })
  segment.expect({ kind: 'close', name: undefined, hidden: true })
  segment.expect({ kind: 'close', name: undefined, hidden: true })
}

/** A message that PostgreSQL must refuse, whatever its state, so that its transaction fails as the client is told. */
export function failingSegment(): Segment {
  const segment = new Segment()
  const text = 'refused by the gateway'
  segment.add(serializeFrontend({ name: 'Parse', statement: INTERNAL_NAME, text, parameterTypes: [] }))
  segment.expect({ kind: 'parse', name: INTERNAL_NAME, prepared: undefined, hidden: true })
  return segment
}
