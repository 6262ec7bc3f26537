import { createHmac, timingSafeEqual } from 'node:crypto'
import { asOfExpression } from '../read/as-of.js'
import { CursorError } from './cursor-error.js'

/** A place between two rows of a listing. */
export interface Cursor {
  /** Values of the ordering's columns in the row at this place, as text. */
  readonly key: readonly (string | null)[]
  /** The moment that the listing shows; undefined for the present. */
  readonly asOf: string | undefined
}

/** Writes and reads the cursors of one listing. */
export class CursorCodec {
  readonly #listing: string
  readonly #columns: number
  readonly #secrets: readonly string[]

  /**
   * @param listing What tells this listing's cursors from others'.
   * @param columns Columns of the ordering.
   * @param secrets The first signs; all are accepted. Without any, cursors are not signed.
   */
  constructor(listing: string, columns: number, secrets: readonly string[]) {
    this.#listing = listing
    this.#columns = columns
    this.#secrets = secrets
  }

  encode(cursor: Cursor): string {
    const payload = Buffer.from(JSON.stringify([VERSION, this.#listing, cursor.key, cursor.asOf ?? null])).toString(
      'base64url',
    )
    const [secret] = this.#secrets
    return secret === undefined ? payload : `${payload}.${sign(payload, secret)}`
  }

  /** What is not a cursor of this listing is a `CursorError`. */
  decode(text: string): Cursor {
    const [payload = '', signature, ...more] = text.split('.')
    if (text.length > MAX_LENGTH || more.length > 0 || !this.#isSigned(payload, signature)) {
      throw new CursorError('CERCI_CURSOR_INVALID')
    }
    const [version, listing, key, asOf] = parse(payload)
    if (version !== VERSION || !isKey(key)) throw new CursorError('CERCI_CURSOR_INVALID')
    if (listing !== this.#listing || key.length !== this.#columns) throw new CursorError('CERCI_CURSOR_FOREIGN')
    return { key, asOf: checkedAsOf(asOf) }
  }

  #isSigned(payload: string, signature: string | undefined): boolean {
    if (this.#secrets.length === 0) return signature === undefined
    if (signature === undefined) return false
    const given = Buffer.from(signature)
    return this.#secrets.some(secret => {
      const expected = Buffer.from(sign(payload, secret))
      return expected.length === given.length && timingSafeEqual(expected, given)
    })
  }
}

/** Changes with the meaning of the payload. */
const VERSION = 1

/** Longer ones are not ours: keys are short. */
const MAX_LENGTH = 16_384

function sign(payload: string, secret: string): string {
  return createHmac('sha256', secret).update(payload).digest().subarray(0, 16).toString('base64url')
}

function parse(payload: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

function isKey(value: unknown): value is (string | null)[] {
  return Array.isArray(value) && value.every(part => part === null || typeof part === 'string')
}

/** The moment is inlined into the statement, so that one from outside is checked like any other. */
function checkedAsOf(asOf: unknown): string | undefined {
  if (asOf === null) return undefined
  try {
    if (typeof asOf === 'string') {
      asOfExpression(asOf)
      return asOf
    }
  } catch {
    // reported below
  }
  throw new CursorError('CERCI_CURSOR_INVALID')
}
