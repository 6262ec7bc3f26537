import { type Tracer, trace } from '@opentelemetry/api'
import type { Observer } from '../query/observer.js'
import { TracingObserver } from './tracing-observer.js'

/** What is traced: a `Cluster`. */
export interface TracingSource {
  observe(observer: Observer): () => void
}

export interface TracingOptions {
  /** @default the global tracer provider's tracer named `cerci` */
  readonly tracer?: Tracer | undefined
}

/**
 * Makes an OpenTelemetry span of every lone query, of every transaction and of every statement in one, with the semantic conventions for databases.
 * Retries and ambiguous commits are events of the span of what is retried. Statements are recorded without their constants, and parameters not at all.
 * Spans become children of each other and of the application's through OpenTelemetry's context manager, which its SDK sets up.
 * https://opentelemetry.io/docs/specs/semconv/database/database-spans/
 *
 * @returns What ends the tracing.
 *
 * @example
 * import { Cluster } from 'cerci'
 * import { traceCluster } from 'cerci/tracing'
 *
 * const cluster = new Cluster({ connectionString: process.env.DATABASE_URL })
 * const stop = traceCluster(cluster)
 * await cluster.query('SELECT 1') // a span "SELECT", once the OpenTelemetry SDK is registered
 * stop()
 * await cluster.close()
 */
export function traceCluster(source: TracingSource, options: TracingOptions = {}): () => void {
  return source.observe(new TracingObserver(options.tracer ?? trace.getTracer('cerci')))
}
