import { type ProblemCode, problemTable } from './problem-table.js'

export interface FieldError {
  /** JSON pointer below the request, for example `/body/items/0/quantity`. */
  readonly field: string
  readonly message: string
}

export interface StorefrontErrorOptions extends ErrorOptions {
  /** What is wrong in this very case; the client sees it. */
  readonly detail?: string
  readonly errors?: readonly FieldError[]
  /** When trying again may help. */
  readonly retryAfterSeconds?: number
  /** Further members of the problem, such as the skipped items of an order. */
  readonly members?: Readonly<Record<string, unknown>>
}

/** A row of the problem table, thrown. Recognise it by `code`. */
export class StorefrontError extends Error {
  override readonly name = 'StorefrontError'
  readonly code: ProblemCode
  readonly detail: string | undefined
  readonly errors: readonly FieldError[] | undefined
  readonly members: Readonly<Record<string, unknown>>
  readonly retryAfterSeconds: number | undefined

  constructor(code: ProblemCode, options: StorefrontErrorOptions = {}) {
    super(options.detail ?? problemTable[code].title, { cause: options.cause })
    this.code = code
    this.detail = options.detail
    this.errors = options.errors
    this.members = options.members ?? {}
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
