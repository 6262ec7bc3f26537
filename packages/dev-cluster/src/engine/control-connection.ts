import { connect, type Socket } from 'node:net'
import {
  type BackendMessage,
  type ErrorFields,
  FrameReader,
  parseBackend,
  serializeFrontend,
  serializeStartup,
} from '@cerci/wire'
import { DevClusterError } from '../dev-cluster-error.js'
import { SqlError } from '../errors/sql-error.js'
import { superuser } from './initdb.js'

/** A row of a control query: every value as PostgreSQL prints it. */
export type TextRow = Record<string, string | null>

/** What a control query's placeholders take. */
export type ControlValue = string | number | bigint | boolean | null

/** Control queries look at catalogs: they must neither take part in conflicts nor see the overlay's names. */
const sessionOptions = [
  'default_transaction_isolation=read\\ committed',
  'search_path=pg_catalog',
  'enable_seqscan=on',
  'statement_timeout=0',
  'client_min_messages=error',
  // The owner of a database may set it for whoever connects.
  'local_preload_libraries=',
]

interface Request {
  readonly resolve: (rows: TextRow[]) => void
  readonly reject: (error: Error) => void
  readonly rows: TextRow[]
  columns: readonly string[]
  error?: Error
}

/** One connection to the engine as its superuser. Queries run one after the other. */
export class ControlConnection {
  readonly #socket: Socket
  readonly #reader = new FrameReader()
  readonly #requests: Request[] = []
  #failure: Error | undefined
  readonly closed: Promise<void>

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', chunk => this.#receive(chunk))
    socket.on('error', error => this.#fail(error))
    this.closed = new Promise(resolve => {
      socket.once('close', () => {
        this.#fail(new DevClusterError('CERCI_ENGINE_CLOSED'))
        resolve()
      })
    })
  }

  /** @throws {SqlError} when the database does not exist or takes no connections */
  static async open(options: { readonly socketPath: string; readonly database: string }): Promise<ControlConnection> {
    const connection = new ControlConnection(connect({ path: options.socketPath }))
    const parameters = new Map([
      ['user', superuser],
      ['database', options.database],
      ['application_name', 'cerci'],
      ['options', sessionOptions.map(option => `-c ${option}`).join(' ')],
    ])
    await connection.#send(serializeStartup({ name: 'StartupMessage', minorVersion: 0, parameters }))
    return connection
  }

  /** Whether a query can be sent now. */
  get usable(): boolean {
    return this.#failure === undefined
  }

  /**
   * Runs one statement. Values become text; null stays NULL.
   *
   * @throws {SqlError}
   */
  query(sql: string, values: readonly ControlValue[] = []): Promise<TextRow[]> {
    return this.#send(
      Buffer.concat([
        serializeFrontend({ name: 'Parse', statement: '', text: sql, parameterTypes: [] }),
        serializeFrontend({
          name: 'Bind',
          portal: '',
          statement: '',
          parameterFormats: [],
          values: values.map(toText),
          resultFormats: [],
        }),
        serializeFrontend({ name: 'Describe', kind: 'P', object: '' }),
        serializeFrontend({ name: 'Execute', portal: '', maxRows: 0 }),
        serializeFrontend({ name: 'Sync' }),
      ]),
    )
  }

  /** Runs a script of several statements, and leaves its results. */
  async run(script: string): Promise<void> {
    await this.#send(serializeFrontend({ name: 'Query', text: script }))
  }

  /** Lets queries under way finish. */
  async close(): Promise<void> {
    if (this.usable) this.#socket.end(serializeFrontend({ name: 'Terminate' }))
    else this.#socket.destroy()
    await this.closed
  }

  /** Whether an idle connection keeps the process alive. */
  hold(process: boolean): void {
    if (process) this.#socket.ref()
    else this.#socket.unref()
  }

  #send(bytes: Buffer): Promise<TextRow[]> {
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#requests.push({ resolve, reject, rows: [], columns: [] })
      this.#socket.write(bytes)
    })
  }

  #receive(chunk: Buffer): void {
    try {
      this.#reader.push(chunk)
      while (this.#reader.next()) {
        const { code, buffer, bodyStart, end } = this.#reader
        this.#handle(parseBackend(code, buffer, bodyStart, end))
      }
    } catch (error) {
      this.#fail(new DevClusterError('CERCI_ENGINE_PROTOCOL', { message: String(error) }, error))
    }
  }

  #handle(message: BackendMessage): void {
    const request = this.#requests[0]
    if (message.name === 'ErrorResponse') this.#refuse(sqlError(message.fields), message.fields.get('V') === 'FATAL')
    else if (!request) return
    else if (message.name === 'RowDescription') request.columns = message.fields.map(field => field.name)
    else if (message.name === 'DataRow') request.rows.push(rowOf(request.columns, message.values))
    else if (message.name === 'ReadyForQuery') this.#settle(request)
  }

  #settle(request: Request): void {
    this.#requests.shift()
    if (request.error) request.reject(request.error)
    else request.resolve(request.rows)
  }

  #refuse(error: SqlError, fatal: boolean): void {
    if (fatal) this.#fail(error)
    else if (this.#requests[0]) this.#requests[0].error ??= error
  }

  #fail(error: Error): void {
    if (this.#failure) return
    this.#failure = error
    this.#socket.destroy()
    for (const request of this.#requests.splice(0)) request.reject(error)
  }
}

function rowOf(columns: readonly string[], values: readonly (Uint8Array | null)[]): TextRow {
  return Object.fromEntries(columns.map((name, at) => [name, textOf(values[at])]))
}

function textOf(value: Uint8Array | null | undefined): string | null {
  return value ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8') : null
}

function toText(value: ControlValue): Uint8Array | null {
  return value === null ? null : Buffer.from(String(value))
}

function sqlError(fields: ErrorFields): SqlError {
  const detail = fields.get('D')
  const hint = fields.get('H')
  return new SqlError(fields.get('C') ?? 'XX000', fields.get('M') ?? '', {
    ...(detail !== undefined && { detail }),
    ...(hint !== undefined && { hint }),
  })
}
