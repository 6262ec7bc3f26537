import { serializeFrontend } from '@cerci/wire'
import { type Expected, Segment } from '../backend/segment.js'
import type { Statement } from './statement.js'
import type { TranslationBasis } from './translation-basis.js'

/** A statement that PostgreSQL holds under a name; the empty name is one like the others. */
export interface PreparedStatement {
  readonly statement: Statement
  /** The Parse message that made it. */
  readonly parse: Buffer
  /** What its translation was made from, or was last found to be the same from. */
  basis: TranslationBasis
}

/** The prepared statements and portals of a session, as PostgreSQL has confirmed them. */
export class PreparedStatements {
  readonly #statements = new Map<string, PreparedStatement>()
  readonly #portals = new Map<string, Statement | undefined>()
  /** What the names that changed since the checkpoint meant before. */
  #before = new Map<string, PreparedStatement | undefined>()

  get(name: string): PreparedStatement | undefined {
    return this.#statements.get(name)
  }

  portal(name: string): Statement | undefined {
    return this.#portals.get(name)
  }

  /** Takes note of what PostgreSQL has confirmed: the first `answered` replies. */
  confirm(expected: readonly Expected[], answered: number): void {
    for (let at = 0; at < answered; at++) {
      const reply = expected[at]
      if (reply?.kind === 'parse' && reply.prepared !== undefined) this.#set(reply.name, reply.prepared)
      else if (reply?.kind === 'bind') this.#portals.set(reply.portal, reply.statement)
      else if (reply?.kind === 'close' && reply.name !== undefined) this.#set(reply.name, undefined)
    }
  }

  /** DISCARD ALL and DEALLOCATE ALL drop every statement. */
  clear(): void {
    for (const name of this.#statements.keys()) this.#set(name, undefined)
  }

  /** A simple Query drops the unnamed statement. */
  dropUnnamed(): void {
    if (this.#statements.has('')) this.#set('', undefined)
  }

  /** Changes up to now are for good. */
  checkpoint(): void {
    if (this.#before.size > 0) this.#before = new Map()
  }

  /** Undoes the changes since the checkpoint; the names of which PostgreSQL must be told. */
  rewind(): Iterable<string> {
    const before = this.#before
    this.#before = new Map()
    for (const [name, prepared] of before) this.#put(name, prepared)
    return before.keys()
  }

  /** Every name that means something. */
  names(): Iterable<string> {
    return this.#statements.keys()
  }

  /** PostgreSQL does not hold it any more. */
  forget(name: string): void {
    this.#put(name, undefined)
  }

  /** What a backend must be told to forget the given names, and to know what they mean now. */
  restore(names: Iterable<string>): Segment {
    return restoring([...names].map(name => [name, inOwnDatabase(this.#statements.get(name))]))
  }

  /** What a backend in another database must be told to know the statements that run there, but for those it is about to be given anew. */
  restoreIn(database: string, given: ReadonlySet<string>): Segment {
    const known = [...this.#statements].filter(
      ([name, { statement }]) => statement.translation.database === database && !given.has(name),
    )
    return restoring(known)
  }

  #set(name: string, prepared: PreparedStatement | undefined): void {
    if (!this.#before.has(name)) this.#before.set(name, this.#statements.get(name))
    this.#put(name, prepared)
  }

  #put(name: string, prepared: PreparedStatement | undefined): void {
    if (prepared === undefined) this.#statements.delete(name)
    else this.#statements.set(name, prepared)
  }
}

function inOwnDatabase(prepared: PreparedStatement | undefined): PreparedStatement | undefined {
  return prepared?.statement.translation.database === undefined ? prepared : undefined
}

/** What a backend must be told to forget the given names. */
export function closing(names: Iterable<string>): Segment {
  return restoring(Array.from(names, name => [name, undefined]))
}

/** Closes each name and parses what it should mean; PostgreSQL lets one close what does not exist. */
function restoring(names: readonly (readonly [string, PreparedStatement | undefined])[]): Segment {
  const segment = new Segment()
  for (const [name, prepared] of names) {
    segment.add(serializeFrontend({ name: 'Close', kind: 'S', object: name }))
    segment.expect({ kind: 'close', name: undefined, hidden: true })
    if (prepared === undefined) continue
    segment.add(prepared.parse)
    segment.expect({ kind: 'parse', name, prepared: undefined, statement: undefined, hidden: true })
  }
  return segment
}
