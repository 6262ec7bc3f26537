import { ByteWriter, FrontendCode } from '@cerci/wire'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Translation } from '../../translate/translation.js'
import { Segment, type SegmentEnd } from '../backend/segment.js'
import type { ExtendedBatch, ExtendedMessage } from '../client/client-batch.js'
import { type SessionContext, translateText } from '../session-context.js'
import type { PreparedStatement } from '../statement/prepared-statements.js'
import type { Statement } from '../statement/statement.js'
import { appendRenewal, renew } from '../statement/statement-renewal.js'
import { basisOf, isCurrent } from '../statement/translation-basis.js'
import type { Unit, UnitSource } from './unit.js'

/** A message, and what the names in it meant when its turn came. */
interface Step {
  readonly message: ExtendedMessage
  /** The statement that the message is about. */
  readonly statement: Statement | undefined
  /** What a Parse makes. */
  readonly prepared: PreparedStatement | undefined
  /** For a Bind: what its statement has to be made again as, because it no longer means what it did. */
  readonly renewed?: PreparedStatement
}

interface ExtendedUnit extends Unit {
  readonly steps: readonly Step[]
  /** Index of the first message after it. */
  readonly next: number
}

type BindMessage = Extract<ExtendedMessage, { kind: 'bind' }>
type ParseMessage = Extract<ExtendedMessage, { kind: 'parse' }>

/** The units of an extended-protocol batch: each ends with an Execute, or with the batch. */
export class ExtendedUnits implements UnitSource {
  readonly end: SegmentEnd
  readonly #context: SessionContext
  readonly #messages: readonly ExtendedMessage[]
  readonly #units: ExtendedUnit[] = []
  /** What this batch has prepared and bound, before PostgreSQL confirms it. */
  readonly #prepared = new Map<string, PreparedStatement>()
  readonly #portals = new Map<string, Statement | undefined>()

  constructor(context: SessionContext, batch: ExtendedBatch) {
    this.#context = context
    this.#messages = batch.messages
    this.end = batch.end
  }

  at(index: number): Unit | undefined | Promise<Unit | undefined> {
    const known = this.#units[index]
    if (known !== undefined) return known
    const from = this.#units.at(-1)?.next ?? 0
    return from >= this.#messages.length ? undefined : this.#build([], from)
  }

  isLast(index: number): boolean {
    const unit = this.#units[index]
    return unit === undefined || unit.next >= this.#messages.length
  }

  segment(from: number, to: number): Segment {
    const segment = new Segment()
    for (let index = from; index < to; index++) {
      for (const step of this.#units[index]?.steps ?? []) appendStep(segment, step)
    }
    return segment
  }

  replace(index: number, translation: Translation): void {
    const unit = this.#units[index]
    const parse = unit?.steps.find(({ message }) => message.kind === 'parse')
    if (unit === undefined || parse?.message.kind !== 'parse') return
    const replaced = this.#prepare(parse.message, [{ text: parse.message.text, translation }])
    const { statement } = replaced
    const steps = unit.steps.map(step => (step === parse ? replaced : { ...step, statement }))
    this.#units[index] = { ...unit, steps, statement }
  }

  catalogChanged(): void {
    // Units are built, and their statements translated, only when their turn comes.
  }

  /** Adds messages from `index` on to `steps`, until a unit is complete. */
  #build(steps: Step[], index: number): Unit | Promise<Unit> {
    for (let at = index; at < this.#messages.length; at++) {
      const message = this.#messages[at]
      if (message === undefined) break
      try {
        const step = this.#resolve(message)
        if (step instanceof Promise) return this.#buildLater(steps, at, step)
        steps.push(step)
        if (message.kind === 'execute') return this.#addExecution(steps, at + 1, step.statement)
      } catch (error) {
        return this.#refuse(steps, at, error)
      }
    }
    return this.#add(steps, this.#messages.length)
  }

  /** A write that its driver closes at the end of the batch is what ends the batch. */
  #addExecution(steps: Step[], next: number, statement: Statement | undefined): Unit {
    const closes = statement?.translation.kind === 'write' && this.#onlyCloses(next)
    if (!closes) return this.#add(steps, next, statement)
    for (const message of this.#messages.slice(next)) if (message.kind === 'close') steps.push(this.#about(message))
    return this.#add(steps, this.#messages.length, statement)
  }

  #onlyCloses(from: number): boolean {
    for (let at = from; at < this.#messages.length; at++) if (this.#messages[at]?.kind !== 'close') return false
    return true
  }

  async #buildLater(steps: Step[], at: number, step: Promise<Step>): Promise<Unit> {
    try {
      steps.push(await step)
    } catch (error) {
      return this.#refuse(steps, at, error)
    }
    return this.#build(steps, at + 1)
  }

  /** What came before the message that cannot be carried out runs first; what comes after it does not run. */
  #refuse(steps: readonly Step[], at: number, error: unknown): Unit {
    if (!(error instanceof SqlError)) throw error
    if (steps.length > 0) return this.#add(steps, at)
    return this.#add(steps, this.#messages.length, undefined, error)
  }

  #add(steps: readonly Step[], next: number, statement?: Statement, refusal?: SqlError): Unit {
    const binds =
      statement === undefined ? steps.findLast(({ message }) => message.kind === 'bind')?.statement : undefined
    const executed = steps.findLast(({ message }) => message.kind === 'execute')?.message
    const portal = executed?.kind === 'execute' ? executed.portal : undefined
    const visits = steps.find(step => step.statement?.translation.database !== undefined)?.statement?.translation
      .database
    const unit: ExtendedUnit = { steps, next, statement, binds, portal, visits, refusal, faultsDecided: false }
    this.#units.push(unit)
    return unit
  }

  /** @throws {SqlError} when a text cannot be translated */
  #resolve(message: ExtendedMessage): Step | Promise<Step> {
    switch (message.kind) {
      case 'parse': {
        const statements = translateText(this.#context, message.text)
        if (statements instanceof Promise) return statements.then(later => this.#prepare(message, later))
        return this.#prepare(message, statements)
      }
      case 'bind':
        return this.#bind(message)
      case 'describe':
      case 'close':
        return this.#about(message)
      case 'execute':
        return { message, statement: this.#portalOf(message.portal), prepared: undefined }
      case 'function-call':
        break
    }
    throw new SqlError(sqlState.feature_not_supported, 'unimplemented: function calls of the wire protocol', {
      hint: 'call the function in a SELECT',
    })
  }

  #about(message: Extract<ExtendedMessage, { kind: 'describe' | 'close' }>): Step {
    const ofStatement = message.object === 'S'
    const statement = ofStatement ? this.#preparedOf(message.name)?.statement : this.#portalOf(message.name)
    return { message, statement, prepared: undefined }
  }

  #prepare(message: ParseMessage, statements: readonly Statement[]): Step {
    if (statements.length > 1) {
      throw new SqlError('42P14', `prepared statement had ${statements.length} statements, expected 1`)
    }
    const statement = statements[0] ?? {
      text: message.text,
      translation: { sql: '', kind: 'empty' as const, fingerprint: '' },
    }
    const parse = parseFrame(message, statement.translation.sql)
    const prepared = { statement, parse, basis: basisOf(this.#context, statement.translation) }
    this.#prepared.set(message.name, prepared)
    return { message, statement, prepared }
  }

  /** Binds a statement as it has to be understood now: a translation may hold what the cluster or the catalog was like. */
  #bind(message: BindMessage): Step | Promise<Step> {
    const prepared = this.#preparedOf(message.statement)
    if (prepared === undefined || isCurrent(prepared.basis, this.#context)) return this.#bound(message, prepared)
    const renewed = renew(this.#context, prepared)
    if (renewed instanceof Promise) return renewed.then(later => this.#bound(message, later))
    return this.#bound(message, renewed)
  }

  #bound(message: BindMessage, prepared: PreparedStatement | undefined): Step {
    const statement = prepared?.statement
    this.#portals.set(message.portal, statement)
    if (prepared === undefined || prepared === this.#preparedOf(message.statement)) {
      return { message, statement, prepared: undefined }
    }
    this.#prepared.set(message.statement, prepared)
    return { message, statement, prepared: undefined, renewed: prepared }
  }

  #preparedOf(name: string): PreparedStatement | undefined {
    return this.#prepared.get(name) ?? this.#context.prepared.get(name)
  }

  #portalOf(name: string): Statement | undefined {
    return this.#portals.has(name) ? this.#portals.get(name) : this.#context.prepared.portal(name)
  }
}

/** The Parse message with the translated text; the client's own bytes where the text is the same. */
function parseFrame(parse: ParseMessage, sql: string): Buffer {
  if (sql === parse.text) {
    const own = parse.buffer.subarray(parse.start, parse.end)
    // One that is kept must not keep all that came with it.
    return parse.name === '' ? own : Buffer.from(own)
  }
  return new ByteWriter(sql.length + 64)
    .begin(FrontendCode.Parse)
    .string(parse.name)
    .string(sql)
    .bytes(parse.buffer.subarray(parse.typesStart, parse.end))
    .end()
    .finish()
}

function appendStep(segment: Segment, { message, statement, prepared, renewed }: Step): void {
  const { buffer, start, end } = message
  if (message.kind === 'bind' && renewed !== undefined) appendRenewal(segment, message.statement, renewed)
  if (message.kind === 'parse' && prepared !== undefined && statement?.translation.sql !== message.text) {
    segment.add(prepared.parse)
  } else {
    segment.addRange(buffer, start, end)
  }
  switch (message.kind) {
    case 'parse':
      segment.expect({ kind: 'parse', name: message.name, prepared, statement, hidden: false })
      return
    case 'bind':
      segment.expect({ kind: 'bind', portal: message.portal, statement, hidden: false })
      return
    case 'close': {
      const { object, name } = message
      if (object === 'S') segment.expect({ kind: 'close', name, statement, hidden: false })
      else segment.expect({ kind: 'close', name: undefined, portal: name, statement, hidden: false })
      return
    }
    case 'describe':
      segment.expect({ kind: 'describe', statement, hidden: false })
      return
    case 'execute':
      segment.expect({ kind: 'execute', portal: message.portal, statement, hidden: false })
      return
    case 'function-call':
      return
  }
}
