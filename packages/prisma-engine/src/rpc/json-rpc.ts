import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

/** What prisma is answered when a request fails. */
export interface RpcFailure {
  readonly message: string
  /** Prisma's code, such as P1001. https://www.prisma.io/docs/orm/reference/error-reference */
  readonly errorCode?: string | undefined
  readonly meta?: unknown
  readonly isPanic?: boolean
}

export interface RpcRequest {
  readonly id: number
  readonly method: string
  readonly params: unknown
}

/** What answers requests. */
export interface RpcService {
  answer(request: RpcRequest): Promise<unknown>
  toFailure(error: unknown): RpcFailure
}

/** One line of JSON a message, requests one after the other. https://www.jsonrpc.org/specification */
export class JsonRpc {
  readonly #output: Writable
  #printed = 0

  constructor(output: Writable) {
    this.#output = output
  }

  /** Answers requests until the input ends. */
  async serve(input: Readable, service: RpcService): Promise<void> {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const request = readRequest(line)
      if (request === undefined) continue // prisma's receipt of a print
      try {
        this.#write({ id: request.id, result: (await service.answer(request)) ?? null })
      } catch (error) {
        this.#fail(request, service.toFailure(error))
      }
    }
  }

  #fail({ id }: RpcRequest, { message, errorCode, meta, isPanic = false }: RpcFailure): void {
    const data = { is_panic: isPanic, message, error_code: errorCode, meta, error: { message } } // `error` is where prisma looks after a panic
    this.#write({ id, error: { code: 4466, message: 'An error happened. Check the data field for details.', data } })
  }

  /** Has prisma print something to its standard output. */
  print(content: string): void {
    this.#write({ id: `print-${++this.#printed}`, method: 'print', params: { content } })
  }

  #write(message: object): void {
    this.#output.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  }
}

function readRequest(line: string): RpcRequest | undefined {
  const message: unknown = JSON.parse(line)
  if (typeof message !== 'object' || message === null || !('method' in message) || !('id' in message)) return undefined
  if (typeof message.method !== 'string' || typeof message.id !== 'number') return undefined
  return { id: message.id, method: message.method, params: 'params' in message ? message.params : undefined }
}
