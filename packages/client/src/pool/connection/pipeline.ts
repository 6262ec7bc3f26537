import type { QueryDone, RunningQuery } from '../../query/running-query.js'
import type { KnownStatement } from '../../query/statement-cache.js'
import type { StatementResult } from '../../query/statement-result.js'
import { lostStatement } from './lost-statement.js'

/** What a pipeline needs of its connection. */
export interface PipelinedConnection {
  readonly isUsable: boolean
  readonly fatal: unknown
  /** Makes the query the next whose answers arrive. */
  answerNext(query: RunningQuery): void
}

/** One lone statement in a pipeline. Its callback is called once, when the server has answered it completely, or the connection is lost. */
export interface Turn {
  readonly query: RunningQuery
  readonly known: KnownStatement
  /** Called at most once, when those ahead take long and the statement may as well be run elsewhere; its own answer comes all the same. */
  readonly onStall: (() => void) | undefined
}

/**
 * The lone statements on one connection: the first is being answered, the others were sent behind it. Each ends in a Sync of its own, so each is
 * a transaction of its own, and one's error does not touch the others.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
export class Pipeline {
  readonly #connection: PipelinedConnection
  readonly #turns: Entry[] = []
  /** `performance.now()` since which the first is what the server works on. */
  #headSince = 0

  constructor(connection: PipelinedConnection) {
    this.#connection = connection
  }

  get length(): number {
    return this.#turns.length
  }

  /** Whether another may be sent behind what is under way, without having to fear that it waits there for long. */
  isQuick(now: number): boolean {
    const first = this.#turns[0]?.turn
    const last = this.#turns.at(-1)?.turn
    if (first === undefined || last === undefined || last.known.typicalMs >= quickMs) return false
    return !first.query.sent || now - this.#headSince < quickMs
  }

  /** Sends a statement, behind those under way if there are any. */
  add(turn: Turn): void {
    const { query } = turn
    const entry: Entry = { turn, done: query.callback, failure: undefined, again: false, moved: false, over: false }
    query.shares = true
    query.callback = (error, result) => this.#answered(entry, error, result)
    this.#send(entry)
  }

  /** The statement runs once more, behind the others, when the server has answered it. */
  runAgain(query: RunningQuery): void {
    const entry = this.#turns.find(({ turn }) => turn.query === query)
    if (entry !== undefined) entry.again = true
  }

  /** The server has answered the first one completely, whatever the answer was. */
  advance(): void {
    const entry = this.#turns.shift()
    if (entry === undefined) return
    const now = performance.now()
    measure(entry.turn.known, now - this.#headSince)
    this.#headSince = now
    const next = this.#turns[0]
    if (next !== undefined) this.#connection.answerNext(next.turn.query)
    const { failure } = entry
    if (entry.again) {
      entry.again = false
      this.#send(entry)
    } else if (failure !== undefined) process.nextTick(() => this.#finish(entry, failure.error, undefined))
  }

  /** The connection is lost. node-postgres tells only those whose turn it was. */
  lose(): void {
    const lost = this.#turns.splice(0)
    if (lost.length === 0) return
    process.nextTick(() => {
      for (const entry of lost) this.#finish(entry, entry.failure?.error ?? this.#lossOf(entry), undefined)
    })
  }

  /** Tells those behind a first one that takes long. True when it has to be asked again. */
  leaveStalled(now: number): boolean {
    if (this.#turns.length < 2) return false
    if (now - this.#headSince < stalledMs) return true
    for (const entry of this.#turns.slice(1)) {
      if (entry.moved) continue
      entry.moved = true
      entry.turn.onStall?.()
    }
    return false
  }

  #send(entry: Entry): void {
    const { query } = entry.turn
    const failure = query.dispatch()
    if (failure !== undefined) {
      const error = query.explain(failure)
      process.nextTick(() => this.#finish(entry, error, undefined))
      return
    }
    this.#turns.push(entry)
    if (this.#turns.length > 1) return
    this.#headSince = performance.now()
    this.#connection.answerNext(query)
  }

  /** The caller hears of an error when the session is ready again, or never will be. */
  #answered(entry: Entry, error: unknown, result: StatementResult | StatementResult[] | undefined): void {
    if (error === undefined || !this.#connection.isUsable) this.#finish(entry, error, result)
    else entry.failure = { error }
  }

  #finish(entry: Entry, error: unknown, result: StatementResult | StatementResult[] | undefined): void {
    if (entry.over) return
    entry.over = true
    entry.done(error, result)
  }

  #lossOf({ turn }: Entry): unknown {
    return lostStatement(turn.query, this.#connection.fatal)
  }
}

/** Weighs one in eight, so that a single slow run does not tell. */
function measure(known: KnownStatement, ms: number): void {
  known.typicalMs = known.typicalMs === Number.POSITIVE_INFINITY ? ms : known.typicalMs + (ms - known.typicalMs) / 8
}

interface Entry {
  readonly turn: Turn
  readonly done: QueryDone
  /** The server's error, until its ReadyForQuery. */
  failure: { readonly error: unknown } | undefined
  again: boolean
  moved: boolean
  over: boolean
}

/** Nothing is sent behind a statement that usually takes longer than these milliseconds, or that the server has been at for longer. */
const quickMs = 10
/** Milliseconds after which those behind a statement look for another way. */
const stalledMs = 50
