export { parseBackend, parseBackendAs, serializeBackend } from './backend/backend.js'
export type {
  Authentication,
  AuthenticationRequest,
  BackendKeyData,
  BackendMessage,
  CommandComplete,
  DataRow,
  ErrorFields,
  ErrorResponse,
  FieldDescription,
  NegotiateProtocolVersion,
  NoticeResponse,
  ParameterStatus,
  ReadyForQuery,
  RowDescription,
} from './backend/messages.js'
export { ByteReader } from './byte-reader.js'
export { ByteWriter } from './byte-writer.js'
export type { MessageOf } from './codec.js'
export {
  AuthenticationCode,
  BackendCode,
  ErrorField,
  FrontendCode,
  HEADER_BYTES,
  StartupCode,
  TransactionStatus,
} from './codes.js'
export { FrameReader, type FrameReaderOptions } from './frame-reader.js'
export { parseFrontend, parseFrontendAs, serializeFrontend } from './frontend/frontend.js'
export type {
  Bind,
  Close,
  Describe,
  Execute,
  FormatCode,
  FrontendMessage,
  ObjectKind,
  Parse,
  Query,
} from './frontend/messages.js'
export { ProtocolViolation, type ProtocolViolationCode, protocolViolations } from './protocol-violation.js'
export {
  type CancelRequest,
  MAX_STARTUP_BYTES,
  parseStartup,
  type Startup,
  type StartupMessage,
  serializeStartup,
} from './startup/startup-frame.js'
