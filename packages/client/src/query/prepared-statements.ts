import type { Columns } from './columns.js'

/** A named statement of one connection. */
export interface PreparedStatement {
  readonly name: string
  readonly text: string
  /** `parsing`: its first run is under way. `unsure`: that failed, and the server may know the name or not. */
  state: 'new' | 'parsing' | 'ready' | 'unsure'
  /** Known once described; undefined before. */
  columns: Columns | undefined
  lastUse: number
}

/**
 * The named statements of one connection: at most `capacity`, the least recently used goes first and is closed on the server
 * together with the next message.
 */
export class PreparedStatements {
  readonly #capacity: number
  readonly #byName = new Map<string, PreparedStatement>()
  #toClose: string[] = []
  #uses = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#byName.size
  }

  /** The statement of that name, made if need be. Undefined when the name stands for another text. */
  use(name: string, text: string): PreparedStatement | undefined {
    const known = this.#byName.get(name)
    if (known !== undefined) {
      if (known.text !== text && text !== '') return undefined
      known.lastUse = ++this.#uses
      return known
    }
    if (this.#byName.size >= this.#capacity) this.#evict()
    const made: PreparedStatement = { name, text, state: 'new', columns: undefined, lastUse: ++this.#uses }
    this.#byName.set(name, made)
    return made
  }

  /** Forgets a statement that the server refused; it is closed in case the server still has it. */
  forget(statement: PreparedStatement): void {
    if (this.#byName.get(statement.name) === statement && this.#byName.delete(statement.name))
      this.#toClose.push(statement.name)
  }

  /** The server forgot everything (DISCARD ALL, DEALLOCATE ALL). */
  clear(): void {
    this.#byName.clear()
    this.#toClose = []
  }

  /** Names to close with the next message. They are handed out once. */
  takeClosing(): readonly string[] {
    if (this.#toClose.length === 0) return nothing
    const closing = this.#toClose
    this.#toClose = []
    return closing
  }

  /** A statement under way is spared. */
  #evict(): void {
    let oldest: PreparedStatement | undefined
    for (const candidate of this.#byName.values()) {
      if (candidate.state !== 'parsing' && (oldest === undefined || candidate.lastUse < oldest.lastUse))
        oldest = candidate
    }
    if (oldest !== undefined) this.forget(oldest)
  }
}

const nothing: readonly string[] = []
