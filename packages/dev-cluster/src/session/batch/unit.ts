import type { SqlError } from '../../errors/sql-error.js'
import type { Translation } from '../../translate/translation.js'
import type { Segment, SegmentEnd } from '../backend/segment.js'
import type { Statement } from '../statement/statement.js'

/** The smallest part of a batch that may have to run by itself: at most one statement's execution. */
export interface Unit {
  /** What it executes; undefined when it only prepares or describes, or PostgreSQL will refuse it anyhow. */
  readonly statement: Statement | undefined
  /** A statement that it binds to a portal, and leaves for a later batch to execute. */
  readonly binds?: Statement | undefined
  /** The portal that it executes; undefined in a simple Query. */
  readonly portal?: string | undefined
  /** The database, other than the session's, in which it has to run. */
  readonly visits?: string | undefined
  /** Why it cannot be carried out. */
  readonly refusal: SqlError | undefined
  /** Whether the fault injector has been asked: once, however often the unit is run. */
  faultsDecided: boolean
  /** Set when its commit is to be answered as ambiguous, however often it is run until it has committed. */
  ambiguousId?: string | undefined
}

/** A batch as a list of units, translated when their turn comes. */
export interface UnitSource {
  /** How the batch ends for the client. */
  readonly end: SegmentEnd
  /** The unit, or undefined after the last one. */
  at(index: number): Unit | undefined | Promise<Unit | undefined>
  isLast(index: number): boolean
  /** The messages of units `[from, to)`, after which the implicit transaction they are in ends or stays open. */
  segment(from: number, to: number, end: SegmentEnd): Segment
  /** Makes a unit run another statement, if what it sends can still be changed. */
  replace(index: number, translation: Translation): void
  /** The catalog has changed: units from `index` on must be translated again. */
  catalogChanged(index: number): void
}
