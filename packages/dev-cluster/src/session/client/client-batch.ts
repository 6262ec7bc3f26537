/** What a client sends between two answers it waits for. */
export type ClientBatch = QueryBatch | ExtendedBatch

/** A simple Query: one or more statements in one text. */
export interface QueryBatch {
  readonly kind: 'query'
  readonly text: string
}

/** Extended-protocol messages up to Sync or Flush. */
export interface ExtendedBatch {
  readonly kind: 'extended'
  readonly messages: readonly ExtendedMessage[]
  readonly end: 'sync' | 'flush'
}

/** A message and the bytes `buffer[start, end)` it came in. */
export type ExtendedMessage = Located &
  (
    | { readonly kind: 'parse'; readonly name: string; readonly text: string; readonly typesStart: number }
    | { readonly kind: 'bind'; readonly portal: string; readonly statement: string }
    | { readonly kind: 'describe' | 'close'; readonly object: 'S' | 'P'; readonly name: string }
    | { readonly kind: 'execute'; readonly portal: string }
    | { readonly kind: 'function-call' }
  )

interface Located {
  readonly buffer: Buffer
  readonly start: number
  readonly end: number
}

/** The statement texts of a batch; of an extended one, those that it prepares itself. */
export function batchText(batch: ClientBatch): string {
  if (batch.kind === 'query') return batch.text
  return batch.messages.flatMap(message => (message.kind === 'parse' ? message.text : [])).join('; ')
}
