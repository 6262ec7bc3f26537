/**
 * What telemetry is told. Every method is optional; what nobody listens to costs one check of an empty list.
 * Metrics, tracing and the slow-query log are observers; applications may add their own with `cluster.observe()`.
 * A method that throws does not fail the query: the error is reported once as a process warning.
 */
export interface Observer {
  /** A statement goes to a node. The returned function is called once when it settled, on whatever outcome. */
  statement?(start: StatementStart): ((end: StatementEnd) => void) | undefined
  /** A unit of work that is retried as a whole begins: a lone query, or a transaction. */
  unit?(start: UnitStart): UnitObservation | undefined
  /** A unit of work is about to run again. Called inside the unit's `run`, so that the active span is the unit's. */
  retry?(event: RetryEvent): void
  /** Nobody can know whether a commit happened, before any `verify` callback is asked. */
  ambiguous?(event: AmbiguousEvent): void
  /** A node stopped or began to take connections, and traffic moved. */
  failover?(event: FailoverEvent): void
}

export interface StatementStart {
  readonly text: string
  readonly values: readonly unknown[] | undefined
  /** Name of the prepared statement, when it has one. */
  readonly name: string | undefined
  readonly node: NodeAddress | undefined
  readonly database: string | undefined
  readonly inTransaction: boolean
}

export interface StatementEnd {
  readonly durationMs: number
  /** Rows returned or changed; undefined on an error. */
  readonly rowCount: number | undefined
  readonly error: unknown
}

export interface UnitStart {
  readonly kind: 'query' | 'transaction'
  /** The statement of a lone query; undefined for a transaction. */
  readonly text: string | undefined
  readonly database: string | undefined
}

/** One observer's view of one unit of work. */
export interface UnitObservation {
  /** Runs the whole unit, retries included; an observer sets its asynchronous context here. Must call `work` exactly once. */
  run?<T>(work: () => Promise<T>): Promise<T>
  end?(end: UnitEnd): void
}

export interface UnitEnd {
  readonly durationMs: number
  /** How often the work ran: 1 without a retry. */
  readonly attempts: number
  readonly error: unknown
}

export interface RetryEvent {
  readonly kind: 'query' | 'transaction'
  /** `serialization`: 40001; `connection`: the node was lost before anything could have been committed. */
  readonly reason: RetryReason
  /** SQLSTATE, or the system error code of a lost connection. */
  readonly code: string | undefined
  /** The attempt that failed: 1 is the first. */
  readonly attempt: number
  readonly delayMs: number
  readonly error: unknown
}

export type RetryReason = 'serialization' | 'connection' | 'plan-changed'

export interface AmbiguousEvent {
  readonly kind: 'query' | 'transaction'
  readonly node: NodeAddress | undefined
  readonly error: unknown
}

export interface FailoverEvent {
  readonly node: NodeAddress
  /** `down`: connecting failed or a connection broke; `draining`: the node asked to leave; `up`: it takes connections again. */
  readonly state: 'down' | 'draining' | 'up'
  readonly error: unknown
}

export interface NodeAddress {
  readonly host: string
  readonly port: number
  /** CockroachDB's node id, once a connection has introduced itself. */
  readonly id: number | undefined
  readonly region: string | undefined
}

/** The observers of one cluster. The pool and the retry loop call it only while `active`. */
export class Observers {
  #observers: readonly Observer[] = []
  #warned = false

  /** False while nobody observes: the caller then skips building the event. */
  get active(): boolean {
    return this.#observers.length > 0
  }

  /** Adds an observer; the returned function removes it. */
  add(observer: Observer): () => void {
    this.#observers = [...this.#observers, observer]
    return () => {
      this.#observers = this.#observers.filter(other => other !== observer)
    }
  }

  /** Tells that a statement starts; call the result when it settled. */
  statement(start: StatementStart): (end: StatementEnd) => void {
    const ends = this.#collect(observer => observer.statement?.(start))
    return end => {
      for (const settle of ends) this.#guard(() => settle(end))
    }
  }

  /** Runs a unit of work inside every observer's context. `attempts` is asked when the work settled. */
  async unit<T>(start: UnitStart, attempts: () => number, work: () => Promise<T>): Promise<T> {
    const observations = this.#collect(observer => observer.unit?.(start))
    const startedAt = performance.now()
    const settle = (error: unknown): void => {
      const end = { durationMs: performance.now() - startedAt, attempts: attempts(), error }
      for (const observation of observations) this.#guard(() => observation.end?.(end))
    }
    try {
      const result = await around(observations, work)
      settle(undefined)
      return result
    } catch (error) {
      settle(error)
      throw error
    }
  }

  retry(event: RetryEvent): void {
    this.#tell(observer => observer.retry?.(event))
  }

  ambiguous(event: AmbiguousEvent): void {
    this.#tell(observer => observer.ambiguous?.(event))
  }

  failover(event: FailoverEvent): void {
    this.#tell(observer => observer.failover?.(event))
  }

  #tell(tell: (observer: Observer) => void): void {
    for (const observer of this.#observers) this.#guard(() => tell(observer))
  }

  #collect<T>(ask: (observer: Observer) => T | undefined): T[] {
    return this.#observers.map(observer => this.#guard(() => ask(observer))).filter(answer => answer !== undefined)
  }

  #guard<T>(call: () => T): T | undefined {
    try {
      return call()
    } catch (error) {
      if (!this.#warned) {
        this.#warned = true
        process.emitWarning(`An observer of the cluster threw; queries go on. ${String(error)}`, 'CerciObserverWarning')
      }
      return undefined
    }
  }
}

function around<T>(observations: readonly UnitObservation[], work: () => Promise<T>): Promise<T> {
  return observations.reduceRight<() => Promise<T>>(
    (inner, observation) => () => observation.run?.(inner) ?? inner(),
    work,
  )()
}
