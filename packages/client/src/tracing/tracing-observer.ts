import {
  type Attributes,
  context,
  createContextKey,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type {
  NodeAddress,
  Observer,
  RetryEvent,
  StatementEnd,
  StatementStart,
  UnitObservation,
  UnitStart,
} from '../query/observer.js'
import { errorCodes } from '../retry/error-chain.js'
import { fingerprint } from '../statement/fingerprint.js'
import { summarize } from '../statement/summary.js'
import { TextCache } from '../statement/text-cache.js'

/** The unit of work that a statement belongs to. */
interface UnitSpan {
  readonly kind: UnitStart['kind']
  readonly span: Span
}

const UNIT = createContextKey('cerci.unit')

/** Turns what happens into spans. */
export class TracingObserver implements Observer {
  readonly #tracer: Tracer
  readonly #fingerprints = new TextCache(fingerprint)
  readonly #summaries = new TextCache(summarize)

  constructor(tracer: Tracer) {
    this.#tracer = tracer
  }

  /** A transaction's span has its statements as children; a lone query's span is that of its statement. */
  unit(start: UnitStart): UnitObservation {
    const span =
      start.kind === 'query'
        ? this.#startSpan(start.text ?? '', start.database)
        : this.#tracer.startSpan('TRANSACTION', {
            kind: SpanKind.CLIENT,
            attributes: databaseAttributes(start.database),
          })
    const unit: UnitSpan = { kind: start.kind, span }
    const inside = trace.setSpan(context.active(), span).setValue(UNIT, unit)
    return {
      run: work => context.with(inside, work),
      end({ attempts, error }) {
        if (attempts > 1) span.setAttribute('cerci.attempts', attempts)
        finish(span, error)
      },
    }
  }

  statement(start: StatementStart): (end: StatementEnd) => void {
    const unit = context.active().getValue(UNIT)
    const { operation } = this.#summaries.of(start.text)
    if (isUnitSpan(unit) && unit.kind === 'query') {
      // Without an SDK there is a span that records nothing.
      if (!unit.span.isRecording()) return () => {}
      unit.span.setAttributes(nodeAttributes(start.node))
      return end => setRows(unit.span, operation, end)
    }
    const span = this.#startSpan(start.text, start.database)
    span.setAttributes(nodeAttributes(start.node))
    return end => {
      setRows(span, operation, end)
      finish(span, end.error)
    }
  }

  retry({ reason, code, attempt, delayMs }: RetryEvent): void {
    trace.getActiveSpan()?.addEvent('retry', {
      ...compact({ 'cerci.retry.reason': reason, 'db.response.status_code': code }),
      'cerci.attempt': attempt,
      'cerci.delay_ms': delayMs,
    })
  }

  ambiguous(): void {
    trace.getActiveSpan()?.addEvent('ambiguous commit')
  }

  #startSpan(text: string, database: string | undefined): Span {
    const { operation, summary } = this.#summaries.of(text)
    return this.#tracer.startSpan(summary || 'query', {
      kind: SpanKind.CLIENT,
      attributes: {
        ...databaseAttributes(database),
        ...compact({ 'db.operation.name': operation, 'db.query.summary': summary }),
        'db.query.text': this.#fingerprints.of(text),
      },
    })
  }
}

function databaseAttributes(database: string | undefined): Attributes {
  return { 'db.system.name': 'cockroachdb', ...compact({ 'db.namespace': database }) }
}

function nodeAttributes(node: NodeAddress | undefined): Attributes {
  if (!node) return {}
  return compact({
    'server.address': node.host,
    'server.port': node.port,
    'cockroachdb.node.id': node.id,
    'cockroachdb.region': node.region,
  })
}

function setRows(span: Span, operation: string, { rowCount }: StatementEnd): void {
  if (rowCount === undefined) return
  span.setAttribute(WRITES.has(operation) ? 'cockroachdb.affected_rows' : 'db.response.returned_rows', rowCount)
}

const WRITES: ReadonlySet<string> = new Set(['INSERT', 'UPSERT', 'UPDATE', 'DELETE'])

/** The error's own text stays out: it may quote values. */
function finish(span: Span, error: unknown): void {
  if (error !== undefined) {
    const [code] = errorCodes(error)
    span.setAttributes(
      compact({
        'error.type': code ?? (error instanceof Error ? error.name : '_OTHER'),
        'db.response.status_code': code,
      }),
    )
    span.setStatus({ code: SpanStatusCode.ERROR })
  }
  span.end()
}

function compact(attributes: Readonly<Record<string, string | number | undefined>>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined && value !== ''))
}

function isUnitSpan(value: unknown): value is UnitSpan {
  return typeof value === 'object' && value !== null && 'span' in value && 'kind' in value
}
