import type { FormatCode } from '../frontend/messages.js'

/**
 * The messages a server sends, named and shaped as in the manual.
 *
 * @see https://www.postgresql.org/docs/18/protocol-message-formats.html
 */
export type BackendMessage =
  | Authentication
  | BackendKeyData
  | { readonly name: 'BindComplete' }
  | { readonly name: 'CloseComplete' }
  | CommandComplete
  | CopyBothResponse
  | BackendCopyData
  | { readonly name: 'CopyDone' }
  | CopyInResponse
  | CopyOutResponse
  | DataRow
  | { readonly name: 'EmptyQueryResponse' }
  | ErrorResponse
  | FunctionCallResponse
  | NegotiateProtocolVersion
  | { readonly name: 'NoData' }
  | NoticeResponse
  | NotificationResponse
  | ParameterDescription
  | ParameterStatus
  | { readonly name: 'ParseComplete' }
  | { readonly name: 'PortalSuspended' }
  | ReadyForQuery
  | RowDescription

export interface Authentication {
  readonly name: 'Authentication'
  readonly request: AuthenticationRequest
}

export type AuthenticationRequest =
  | { readonly kind: 'Ok' }
  | { readonly kind: 'CleartextPassword' }
  | { readonly kind: 'MD5Password'; readonly salt: Uint8Array }
  | { readonly kind: 'SASL'; readonly mechanisms: readonly string[] }
  | { readonly kind: 'SASLContinue'; readonly data: Uint8Array }
  | { readonly kind: 'SASLFinal'; readonly data: Uint8Array }

export interface BackendKeyData {
  readonly name: 'BackendKeyData'
  readonly processId: number
  readonly secretKey: number
}

export interface CommandComplete {
  readonly name: 'CommandComplete'
  readonly tag: string
}

export interface CopyResponse {
  readonly format: FormatCode
  readonly columnFormats: readonly FormatCode[]
}

export interface CopyBothResponse extends CopyResponse {
  readonly name: 'CopyBothResponse'
}

export interface CopyInResponse extends CopyResponse {
  readonly name: 'CopyInResponse'
}

export interface CopyOutResponse extends CopyResponse {
  readonly name: 'CopyOutResponse'
}

export interface BackendCopyData {
  readonly name: 'CopyData'
  readonly data: Uint8Array
}

export interface DataRow {
  readonly name: 'DataRow'
  readonly values: readonly (Uint8Array | null)[]
}

/** Field letter (see `ErrorField`) to text. */
export type ErrorFields = ReadonlyMap<string, string>

export interface ErrorResponse {
  readonly name: 'ErrorResponse'
  readonly fields: ErrorFields
}

export interface NoticeResponse {
  readonly name: 'NoticeResponse'
  readonly fields: ErrorFields
}

export interface FunctionCallResponse {
  readonly name: 'FunctionCallResponse'
  readonly value: Uint8Array | null
}

export interface NegotiateProtocolVersion {
  readonly name: 'NegotiateProtocolVersion'
  /** The newest version the server speaks, written like `StartupCode.ProtocolVersion3`. */
  readonly version: number
  readonly unrecognizedOptions: readonly string[]
}

export interface NotificationResponse {
  readonly name: 'NotificationResponse'
  readonly processId: number
  readonly channel: string
  readonly payload: string
}

export interface ParameterDescription {
  readonly name: 'ParameterDescription'
  readonly typeOids: readonly number[]
}

export interface ParameterStatus {
  readonly name: 'ParameterStatus'
  readonly parameter: string
  readonly value: string
}

export interface ReadyForQuery {
  readonly name: 'ReadyForQuery'
  /** `I` idle, `T` in a transaction, `E` in a failed one. */
  readonly status: 'I' | 'T' | 'E'
}

export interface FieldDescription {
  readonly name: string
  readonly tableOid: number
  readonly columnNumber: number
  readonly typeOid: number
  readonly typeSize: number
  readonly typeModifier: number
  readonly format: FormatCode
}

export interface RowDescription {
  readonly name: 'RowDescription'
  readonly fields: readonly FieldDescription[]
}
