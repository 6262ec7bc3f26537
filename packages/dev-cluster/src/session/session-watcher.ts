import { BackendCode, ErrorField, parseBackendAs } from '@cerci/wire'
import { sqlState } from '../errors/sql-state.js'
import { clientSearchPath } from '../variables/search-path.js'
import type { BackendWatcher } from './backend/exchange.js'
import type { ResultBuffer } from './client/result-buffer.js'
import { parseSearchPath } from './search-path.js'
import { isFollowed } from './startup/parameter-status.js'

/** The code by which the view behind CANCEL tells of an id. */
const CANCELLATION = 'CERCI'
/** The code of the message by which overlay/67-touched-rows.sql tells the region of a row. */
const TOUCHED = 'CERCR'
/** What is between the table and the region in it. */
const SEPARATOR = '\u001f'

/** Hears what PostgreSQL says unasked, and tells the client what CockroachDB would tell it. */
export class SessionWatcher implements BackendWatcher {
  readonly #output: ResultBuffer
  readonly #user: string
  readonly #onCopyIn: () => void
  /** Keeps PostgreSQL's remark about COMMIT outside of a transaction from the client. */
  muteNotices = false
  #cancellations: string[] = []
  /** Regions and partitions of the rows that the statement under way has touched, by table or index. */
  readonly touched: Map<string, Set<string>> = new Map<string, Set<string>>()
  /** Values of the parameters that PostgreSQL reports, as the client may see them. */
  readonly #reported: Map<string, string> = new Map<string, string>()
  #searchPath: readonly string[] = []

  constructor(output: ResultBuffer, user: string, onCopyIn: () => void) {
    this.#output = output
    this.#user = user
    this.#onCopyIn = onCopyIn
  }

  /** The schemas of the client's own search path. */
  get searchPath(): readonly string[] {
    return this.#searchPath
  }

  /** A parameter as PostgreSQL reported it last. */
  reported(parameter: string): string {
    return this.#reported.get(parameter) ?? ''
  }

  /** Takes the values with which a backend begins. */
  begin(parameters: ReadonlyMap<string, string>): void {
    for (const [parameter, value] of parameters) this.#note(parameter, value)
  }

  notice(frame: Buffer, code: number): void {
    if (code !== BackendCode.NoticeResponse) return // CockroachDB has no NOTIFY
    const { fields } = parseBackendAs('NoticeResponse', frame, 5, frame.length)
    const state = fields.get(ErrorField.Code)
    if (this.muteNotices && state === sqlState.no_active_sql_transaction) return
    if (state === CANCELLATION) {
      this.#cancellations.push(fields.get(ErrorField.Message) ?? '')
      return
    }
    if (state === TOUCHED) {
      this.#noteTouched(fields.get(ErrorField.Message) ?? '')
      return
    }
    this.#output.results(frame)
  }

  /** What a CANCEL statement has named since this was last asked. */
  takeCancellations(): readonly string[] {
    const ids = this.#cancellations
    this.#cancellations = []
    return ids
  }

  parameterChanged(parameter: string, value: string, frame: Buffer): void {
    this.#note(parameter, value)
    if (isFollowed(parameter)) this.#output.results(frame)
  }

  copyInStarted(): void {
    this.#onCopyIn()
  }

  /** `schema.table` or `schema.table@index`, and a region or partition. */
  #noteTouched(message: string): void {
    const [table = '', region = ''] = message.split(SEPARATOR)
    const regions = this.touched.get(table) ?? new Set<string>()
    this.touched.set(table, regions.add(region))
  }

  #note(parameter: string, value: string): void {
    if (parameter !== 'search_path') {
      this.#reported.set(parameter, value)
      return
    }
    const path = clientSearchPath(value)
    this.#reported.set(parameter, path)
    this.#searchPath = parseSearchPath(path, this.#user)
  }
}
