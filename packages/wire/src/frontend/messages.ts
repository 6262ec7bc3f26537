/**
 * The messages a client sends after startup, named and shaped as in the manual.
 *
 * @see https://www.postgresql.org/docs/18/protocol-message-formats.html
 */
export type FrontendMessage =
  | Bind
  | Close
  | CopyData
  | { readonly name: 'CopyDone' }
  | CopyFail
  | Describe
  | Execute
  | { readonly name: 'Flush' }
  | FunctionCall
  | Parse
  | PasswordMessage
  | Query
  | SASLInitialResponse
  | SASLResponse
  | { readonly name: 'Sync' }
  | { readonly name: 'Terminate' }

/** 0 is text, 1 is binary. */
export type FormatCode = 0 | 1

export interface Bind {
  readonly name: 'Bind'
  readonly portal: string
  readonly statement: string
  readonly parameterFormats: readonly FormatCode[]
  readonly values: readonly (Uint8Array | null)[]
  readonly resultFormats: readonly FormatCode[]
}

/** `S` names a prepared statement, `P` a portal. */
export type ObjectKind = 'S' | 'P'

export interface Close {
  readonly name: 'Close'
  readonly kind: ObjectKind
  readonly object: string
}

export interface CopyData {
  readonly name: 'CopyData'
  readonly data: Uint8Array
}

export interface CopyFail {
  readonly name: 'CopyFail'
  readonly message: string
}

export interface Describe {
  readonly name: 'Describe'
  readonly kind: ObjectKind
  readonly object: string
}

export interface Execute {
  readonly name: 'Execute'
  readonly portal: string
  /** Rows to send at most; 0 sends them all. */
  readonly maxRows: number
}

export interface FunctionCall {
  readonly name: 'FunctionCall'
  readonly functionOid: number
  readonly argumentFormats: readonly FormatCode[]
  readonly values: readonly (Uint8Array | null)[]
  readonly resultFormat: FormatCode
}

export interface Parse {
  readonly name: 'Parse'
  readonly statement: string
  readonly text: string
  /** Type OIDs; 0 leaves the type open. */
  readonly parameterTypes: readonly number[]
}

export interface PasswordMessage {
  readonly name: 'PasswordMessage'
  readonly password: string
}

export interface Query {
  readonly name: 'Query'
  readonly text: string
}

export interface SASLInitialResponse {
  readonly name: 'SASLInitialResponse'
  readonly mechanism: string
  readonly data: Uint8Array | null
}

export interface SASLResponse {
  readonly name: 'SASLResponse'
  readonly data: Uint8Array
}
