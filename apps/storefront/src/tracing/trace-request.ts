import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'

export interface TracedRequest {
  readonly method: string
  /** Path of the route as the route table spells it. */
  readonly template: string
  /** May carry the context of the caller's trace. */
  readonly headers: Readonly<Record<string, unknown>>
}

/**
 * Runs the work of a request in a span of its own; the spans of its queries become its children. Costs next to nothing until an OpenTelemetry
 * SDK is registered. https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server
 */
export function traceRequest<Reply extends { readonly status: number }>(
  { method, template, headers }: TracedRequest,
  work: () => Promise<Reply>,
): Promise<Reply> {
  const tracer = trace.getTracer('storefront')
  const attributes = { 'http.request.method': method, 'http.route': template }
  const caller = propagation.extract(context.active(), headers)
  return tracer.startActiveSpan(`${method} ${template}`, { kind: SpanKind.SERVER, attributes }, caller, async span => {
    try {
      const reply = await work()
      span.setAttribute('http.response.status_code', reply.status)
      if (reply.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      return reply
    } finally {
      span.end()
    }
  })
}
