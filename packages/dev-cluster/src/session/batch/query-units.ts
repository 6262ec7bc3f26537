import { SqlError } from '../../errors/sql-error.js'
import type { Translation, TranslationKind } from '../../translate/translation.js'
import { openSegment, querySegment, type Segment, type SegmentEnd } from '../backend/segment.js'
import { type SessionContext, translateText } from '../session-context.js'
import type { Statement } from '../statement/statement.js'
import type { Unit, UnitSource } from './unit.js'

/** Statements that end the implicit transaction of the Query they are in, or make it an explicit one. */
export const boundaryKinds: ReadonlySet<TranslationKind> = new Set<TranslationKind>(['begin', 'commit', 'rollback'])

/** The units of a simple Query: its statements. */
export class QueryUnits implements UnitSource {
  readonly end = 'sync'
  readonly #context: SessionContext
  readonly #text: string
  #units: readonly Unit[]

  private constructor(context: SessionContext, text: string, units: readonly Unit[]) {
    this.#context = context
    this.#text = text
    this.#units = units
  }

  /** @throws {SqlError} when any of the statements cannot be parsed: then none of them runs */
  static async of(context: SessionContext, text: string): Promise<QueryUnits> {
    const translated = translateText(context, text)
    const statements = translated instanceof Promise ? await translated : translated
    return new QueryUnits(context, text, unitsOf(text, statements))
  }

  at(index: number): Unit | undefined | Promise<Unit | undefined> {
    const unit = this.#units[index]
    return unit?.refusal === STALE ? this.#translateAgain(index) : unit
  }

  isLast(index: number): boolean {
    return index >= this.#units.length - 1
  }

  segment(from: number, to: number, end: SegmentEnd): Segment {
    const statements = this.#units.slice(from, to).flatMap(({ statement }) => statement ?? [])
    const { implicitOpen, implicitPast } = this.#context
    const sharesImplicit = implicitPast === undefined && (end === 'flush' || implicitOpen)
    const endsIt = statements.some(({ translation }) => boundaryKinds.has(translation.kind))
    return sharesImplicit && !endsIt ? openSegment(statements) : querySegment(statements)
  }

  replace(index: number, translation: Translation): void {
    const statement = { text: this.#text, translation }
    this.#units = this.#units.map((unit, at) =>
      at === index ? { ...unit, statement, visits: translation.database } : unit,
    )
  }

  catalogChanged(index: number): void {
    if (index < this.#units.length) this.#units = this.#units.map((unit, at) => (at < index ? unit : stale()))
  }

  async #translateAgain(index: number): Promise<Unit | undefined> {
    try {
      // Those before have run: what they were made from may no longer hold.
      const statements = await translateText(this.#context, this.#text, index)
      const again = unitsOf(this.#text, statements)
      this.#units = this.#units.map((unit, at) => (at < index ? unit : (again[at - index] ?? unit)))
    } catch (error) {
      if (!(error instanceof SqlError)) throw error
      this.#units = [...this.#units.slice(0, index), { statement: undefined, refusal: error, faultsDecided: false }]
    }
    return this.#units[index]
  }
}

/** Stands where a statement must be translated again. */
const STALE = new SqlError('XX000', 'stale translation')

function stale(): Unit {
  return { statement: undefined, refusal: STALE, faultsDecided: false }
}

function unitsOf(text: string, statements: readonly Statement[]): readonly Unit[] {
  const nothing: Statement = { text, translation: { sql: '', kind: 'empty', fingerprint: '' } }
  return (statements.length === 0 ? [nothing] : statements).map(statement => ({
    statement,
    visits: statement.translation.database,
    refusal: undefined,
    faultsDecided: false,
  }))
}
