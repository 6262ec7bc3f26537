/** What an error carries besides its SQLSTATE and message. */
export interface SqlErrorFields {
  readonly detail?: string
  readonly hint?: string
  /** 1-based character offset into the statement's text. */
  readonly position?: number
  readonly cause?: unknown
}

/**
 * An error that reaches the SQL client as an ErrorResponse.
 *
 * Recognise it by {@link SqlError.code} (a SQLSTATE, see {@link sqlState}), never by its message.
 */
export class SqlError extends Error {
  override readonly name = 'SqlError'
  readonly code: string
  readonly detail: string | undefined
  readonly hint: string | undefined
  readonly position: number | undefined

  constructor(code: string, message: string, fields: SqlErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause })
    this.code = code
    this.detail = fields.detail
    this.hint = fields.hint
    this.position = fields.position
  }
}
