import {
  BackendCode,
  type ErrorFields,
  type FrameReader,
  parseBackendAs,
  type RowDescription,
  serializeBackend,
} from '@cerci/wire'
import type { Translation } from '../../translate/translation.js'
import type { Statement } from '../statement/statement.js'
import type { Expected, Segment, SegmentEnd } from './segment.js'

/** Where replies go. */
export interface ReplySink {
  /** What the client asked to know: complete frames, in order. */
  results(frames: Buffer): void
}

/** For what the gateway asks PostgreSQL by itself. */
export const NO_SINK: ReplySink = { results: () => undefined }

/** What a session must hear of at once, while PostgreSQL works or between statements. */
export interface BackendWatcher {
  /** A NoticeResponse or NotificationResponse frame. */
  notice(frame: Buffer, code: number): void
  parameterChanged(parameter: string, value: string, frame: Buffer): void
  /** PostgreSQL waits for CopyData. */
  copyInStarted(): void
}

export interface ExchangeResult {
  /** PostgreSQL's transaction status; undefined when no ReadyForQuery was asked for. */
  readonly status: 'I' | 'T' | 'E' | undefined
  readonly error: ExchangeError | undefined
  /** The portal that was left with rows to come; undefined when none was. */
  readonly suspended: string | undefined
}

export interface ExchangeError {
  readonly fields: ErrorFields
  /** Replies that had come before the error. */
  readonly answered: number
  /** Of a Query, the number of its statements that had ended. */
  readonly completedStatements: number
  /** Whether PostgreSQL now drops everything up to a Sync that is still to be sent. */
  readonly needsSync: boolean
}

const READY_STATUS: ReadonlyMap<number, 'I' | 'T' | 'E'> = new Map([
  [0x49, 'I'],
  [0x54, 'T'],
  [0x45, 'E'],
])

/**
 * Follows the replies to one segment. Runs of frames that the client shall see unchanged are handed over as one piece of
 * the chunk they came in.
 */
export class Exchange {
  readonly #expected: readonly Expected[]
  readonly #end: SegmentEnd
  readonly #sink: ReplySink
  readonly #watcher: BackendWatcher
  #answered = 0
  #completedStatements = 0
  #error: ExchangeError | undefined
  /** The tag that takes the place of the one in the current CommandComplete. */
  #retag: Translation | undefined
  /** The names that take the place of those in the current RowDescription. */
  #rename: ReadonlyMap<string, string> | undefined
  #suspended: string | undefined
  /** Set when nothing more will come. */
  result: ExchangeResult | undefined
  /** Whether PostgreSQL reads CopyData now. */
  copying = false

  constructor(segment: Segment, end: SegmentEnd, sink: ReplySink, watcher: BackendWatcher) {
    this.#expected = segment.expected
    this.#end = segment.isQuery ? 'sync' : end
    this.#sink = sink
    this.#watcher = watcher
    this.#checkFlushed()
  }

  /** What PostgreSQL complained of, before the exchange has ended. */
  get failure(): ErrorFields | undefined {
    return this.#error?.fields
  }

  /** Walks the frames of a chunk until they end or the exchange does. */
  walk(reader: FrameReader): void {
    const { buffer } = reader
    let from = -1
    let to = 0
    while (this.result === undefined && reader.next()) {
      const code = reader.code
      if (code === BackendCode.DataRow || code === BackendCode.CopyData || this.#passes(code)) {
        if (from < 0) from = reader.start
        to = reader.end
        if (code === BackendCode.CopyInResponse) {
          this.#sink.results(buffer.subarray(from, to))
          from = -1
          this.copying = true
          this.#watcher.copyInStarted()
        }
        continue
      }
      if (from >= 0) this.#sink.results(buffer.subarray(from, to))
      from = -1
      this.#handle(code, reader)
    }
    if (from >= 0) this.#sink.results(buffer.subarray(from, to))
  }

  /** Takes note of a reply; true when it goes to the client as it is. */
  #passes(code: number): boolean {
    switch (code) {
      case BackendCode.ParseComplete:
      case BackendCode.BindComplete:
      case BackendCode.CloseComplete:
        return this.#answer()
      case BackendCode.NoData:
        return this.#answerNoData()
      case BackendCode.PortalSuspended:
        this.#suspended = this.#current?.kind === 'execute' ? this.#current.portal : undefined
        return this.#answer()
      case BackendCode.RowDescription:
        return this.#describe()
      case BackendCode.CommandComplete:
      case BackendCode.EmptyQueryResponse:
        return this.#complete(code)
      case BackendCode.CopyInResponse:
      case BackendCode.CopyOutResponse:
      case BackendCode.CopyDone:
      case BackendCode.ParameterDescription:
        return this.#current?.hidden !== true
      default:
        return false
    }
  }

  get #current(): Expected | undefined {
    return this.#expected[this.#answered]
  }

  #answer(): boolean {
    const hidden = this.#current?.hidden === true
    this.#answered++
    this.#checkFlushed()
    return !hidden
  }

  #answerNoData(): boolean {
    const expected = this.#current
    return this.#answer() && !(expected?.kind === 'describe' && expected.onlyRows === true)
  }

  /** Names that were too long for PostgreSQL are given back: then `#handle` writes the description. */
  #describe(): boolean {
    const expected = this.#current
    const names = completedStatement(expected, this.#completedStatements)?.translation.longNames
    const passes = expected?.kind === 'describe' ? this.#answer() : expected?.hidden !== true
    if (!passes || names === undefined) return passes
    this.#rename = names
    return false
  }

  /** The end of a statement. Its tag may have to be another: then `#handle` writes it. */
  #complete(code: number): boolean {
    this.copying = false
    const expected = this.#current
    const statement = completedStatement(expected, this.#completedStatements)
    const retag = code === BackendCode.CommandComplete && statement?.translation.tag !== undefined
    if (expected?.kind === 'query') this.#completedStatements++
    else this.#answered++
    this.#checkFlushed()
    if (!retag || expected?.hidden === true) return expected?.hidden !== true
    this.#retag = statement.translation
    return false
  }

  #handle(code: number, reader: FrameReader): void {
    const { buffer, start, bodyStart, end } = reader
    switch (code) {
      case BackendCode.CommandComplete:
        if (this.#retag !== undefined) {
          const { tag } = parseBackendAs('CommandComplete', buffer, bodyStart, end)
          this.#sink.results(serializeBackend({ name: 'CommandComplete', tag: clientTag(this.#retag, tag) }))
          this.#retag = undefined
        }
        break
      case BackendCode.RowDescription:
        if (this.#rename !== undefined) {
          this.#sink.results(renamed(parseBackendAs('RowDescription', buffer, bodyStart, end), this.#rename))
          this.#rename = undefined
        }
        break
      case BackendCode.ErrorResponse:
        this.copying = false
        this.#fail(parseBackendAs('ErrorResponse', buffer, bodyStart, end).fields)
        break
      case BackendCode.ReadyForQuery:
        this.copying = false
        this.#finish(READY_STATUS.get(buffer[bodyStart] ?? 0))
        break
      case BackendCode.ParameterStatus: {
        const { parameter, value } = parseBackendAs('ParameterStatus', buffer, bodyStart, end)
        this.#watcher.parameterChanged(parameter, value, buffer.subarray(start, end))
        break
      }
      case BackendCode.NoticeResponse:
      case BackendCode.NotificationResponse:
        this.#watcher.notice(buffer.subarray(start, end), code)
        break
      default:
        break // a hidden reply
    }
  }

  #fail(fields: ErrorFields): void {
    const needsSync = this.#end === 'flush'
    this.#error = {
      fields,
      answered: this.#answered,
      completedStatements: this.#completedStatements,
      needsSync,
    }
    if (needsSync) this.#finish(undefined)
  }

  #checkFlushed(): void {
    if (this.#end === 'flush' && this.#answered === this.#expected.length) this.#finish(undefined)
  }

  #finish(status: ExchangeResult['status']): void {
    this.result = { status, error: this.#error, suspended: this.#suspended }
  }
}

function completedStatement(expected: Expected | undefined, completed: number): Statement | undefined {
  return expected?.kind === 'query' ? expected.statements[completed] : expected?.statement
}

/** The client's tag. Statements that give rows, or name what they are about, say how many, which PostgreSQL's tag knows. */
function clientTag({ tag = '', kind, effect }: Translation, postgresTag: string): string {
  const counts = kind === 'read' || (effect !== undefined && ('cancel' in effect || 'controlJobs' in effect))
  const count = counts ? / \d+$/.exec(postgresTag) : null
  return count === null ? tag : tag + count[0]
}

function renamed({ name, fields }: RowDescription, longNames: ReadonlyMap<string, string>): Buffer {
  return serializeBackend({
    name,
    fields: fields.map(field => ({ ...field, name: longNames.get(field.name) ?? field.name })),
  })
}
