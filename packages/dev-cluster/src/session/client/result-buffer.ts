import type { ReplySink } from '../backend/exchange.js'
import type { ClientSocket } from './client-socket.js'

/** A place in what is held back. */
export interface ResultMark {
  readonly parts: number
  readonly bytes: number
}

/** Up to here, joining parts costs less than writing them one by one. */
const JOIN_BYTES = 32 * 1024

/**
 * What goes to a client. Results are held back until their batch is done, so that the gateway can run it again
 * unseen; beyond the limit they are sent as they come.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/transactions#automatic-retries
 */
export class ResultBuffer implements ReplySink {
  readonly #client: ClientSocket
  readonly #limitBytes: number
  readonly #onFull: () => void
  #parts: Buffer[] = []
  #bytes = 0
  #holding = false

  /** @param onFull called when the client takes no more for now */
  constructor(client: ClientSocket, limitBytes: number, onFull: () => void) {
    this.#client = client
    this.#limitBytes = limitBytes
    this.#onFull = onFull
  }

  /** Whether nothing since `hold()` has been sent. */
  get holding(): boolean {
    return this.#holding
  }

  hold(): void {
    this.#holding = true
  }

  results(frames: Buffer): void {
    if (!this.#holding) {
      this.#write(frames)
      return
    }
    this.#parts.push(frames)
    this.#bytes += frames.length
    if (this.#bytes > this.#limitBytes) this.release()
  }

  mark(): ResultMark {
    return { parts: this.#parts.length, bytes: this.#bytes }
  }

  /** Forgets what came after the mark. Legal only while holding. */
  rewind(mark: ResultMark): void {
    this.#parts.length = mark.parts
    this.#bytes = mark.bytes
  }

  /** Sends what is held, and from now on everything as it comes. */
  release(): void {
    this.#holding = false
    const [first] = this.#parts
    if (first === undefined) return
    if (this.#parts.length === 1) this.#write(first)
    else if (this.#bytes <= JOIN_BYTES) this.#write(Buffer.concat(this.#parts, this.#bytes))
    else for (const part of this.#parts) this.#write(part)
    this.#parts = []
    this.#bytes = 0
  }

  #write(bytes: Buffer): void {
    if (!this.#client.write(bytes)) this.#onFull()
  }
}
