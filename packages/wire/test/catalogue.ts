import type { BackendMessage, FrontendMessage, StartupMessage } from '../src/index.js'

const bytes = (text: string): Buffer => Buffer.from(text)

/** One of each, at least: what the tests cut, round-trip and count. */
export const frontendMessages: readonly FrontendMessage[] = [
  {
    name: 'Bind',
    portal: 'p1',
    statement: 's1',
    parameterFormats: [0, 1],
    values: [bytes('14'), null, bytes('')],
    resultFormats: [1],
  },
  { name: 'Bind', portal: '', statement: '', parameterFormats: [], values: [], resultFormats: [] },
  { name: 'Close', kind: 'S', object: 's1' },
  { name: 'Close', kind: 'P', object: '' },
  { name: 'CopyData', data: bytes('1\ta\n') },
  { name: 'CopyDone' },
  { name: 'CopyFail', message: 'no more' },
  { name: 'Describe', kind: 'P', object: 'p1' },
  { name: 'Execute', portal: 'p1', maxRows: 100 },
  { name: 'Flush' },
  {
    name: 'FunctionCall',
    functionOid: 4_000_000_000,
    argumentFormats: [1],
    values: [bytes('x'), null],
    resultFormat: 0,
  },
  { name: 'Parse', statement: 's1', text: 'SELECT $1::INT, ünïcode', parameterTypes: [20, 4_000_000_000] },
  { name: 'PasswordMessage', password: 'secret' },
  { name: 'Query', text: 'SELECT 1; SELECT 2' },
  { name: 'SASLInitialResponse', mechanism: 'SCRAM-SHA-256', data: bytes('n,,n=,r=abc') },
  { name: 'SASLInitialResponse', mechanism: 'SCRAM-SHA-256', data: null },
  { name: 'SASLResponse', data: bytes('c=biws') },
  { name: 'Sync' },
  { name: 'Terminate' },
]

export const backendMessages: readonly BackendMessage[] = [
  { name: 'Authentication', request: { kind: 'Ok' } },
  { name: 'Authentication', request: { kind: 'CleartextPassword' } },
  { name: 'Authentication', request: { kind: 'MD5Password', salt: bytes('salt') } },
  { name: 'Authentication', request: { kind: 'SASL', mechanisms: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'] } },
  { name: 'Authentication', request: { kind: 'SASLContinue', data: bytes('r=abc') } },
  { name: 'Authentication', request: { kind: 'SASLFinal', data: bytes('v=abc') } },
  { name: 'BackendKeyData', processId: 4711, secretKey: -1 },
  { name: 'BindComplete' },
  { name: 'CloseComplete' },
  { name: 'CommandComplete', tag: 'INSERT 0 5' },
  { name: 'CopyBothResponse', format: 0, columnFormats: [] },
  { name: 'CopyData', data: bytes('1\ta\n') },
  { name: 'CopyDone' },
  { name: 'CopyInResponse', format: 1, columnFormats: [1, 1] },
  { name: 'CopyOutResponse', format: 0, columnFormats: [0, 0, 0] },
  { name: 'DataRow', values: [bytes('ünïcode'), null, bytes('')] },
  { name: 'EmptyQueryResponse' },
  {
    name: 'ErrorResponse',
    fields: new Map(
      Object.entries({ S: 'ERROR', V: 'ERROR', C: '40001', M: 'restart transaction', H: 'again', P: '7' }),
    ),
  },
  { name: 'FunctionCallResponse', value: bytes('5') },
  { name: 'NegotiateProtocolVersion', version: 0x00030000, unrecognizedOptions: ['_pq_.a', '_pq_.b'] },
  { name: 'NoData' },
  { name: 'NoticeResponse', fields: new Map([['M', 'careful']]) },
  { name: 'NotificationResponse', processId: 12, channel: 'news', payload: 'x' },
  { name: 'ParameterDescription', typeOids: [20, 2950, 4_000_000_000] },
  { name: 'ParameterStatus', parameter: 'server_version', value: '13.0.0' },
  { name: 'ParseComplete' },
  { name: 'PortalSuspended' },
  { name: 'ReadyForQuery', status: 'I' },
  { name: 'ReadyForQuery', status: 'T' },
  { name: 'ReadyForQuery', status: 'E' },
  {
    name: 'RowDescription',
    fields: [
      { name: 'id', tableOid: 16_384, columnNumber: 1, typeOid: 20, typeSize: 8, typeModifier: -1, format: 0 },
      { name: 'næme', tableOid: 0, columnNumber: 0, typeOid: 25, typeSize: -1, typeModifier: -1, format: 1 },
    ],
  },
]

export const startupMessages: readonly StartupMessage[] = [
  { name: 'SSLRequest' },
  { name: 'GSSENCRequest' },
  { name: 'CancelRequest', processId: 4711, secretKey: -7 },
  { name: 'StartupMessage', minorVersion: 0, parameters: new Map() },
  {
    name: 'StartupMessage',
    minorVersion: 2,
    parameters: new Map([
      ['user', 'root'],
      ['database', 'defaultdb'],
      ['options', '-c a=b'],
    ]),
  },
]
