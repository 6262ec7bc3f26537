import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { registerUser, startTestStorefront } from '../fixture/storefront.js'

const exporter = new InMemorySpanExporter()
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
afterAll(() => trace.disable())
beforeEach(() => exporter.reset())

const { api } = await startTestStorefront()

test('makes a span of a request and of its queries, without anybody’s data', async () => {
  const { id, api: own, email } = await registerUser(api)
  exporter.reset()
  await own.get(`/users/${id}`)
  const spans = exporter.getFinishedSpans()
  const request = spans.find(({ kind }) => kind === SpanKind.SERVER)
  expect(request).toMatchObject({
    name: 'GET /users/{userId}',
    attributes: { 'http.request.method': 'GET', 'http.route': '/users/{userId}', 'http.response.status_code': 200 },
    status: { code: SpanStatusCode.UNSET },
  })
  const query = spans.find(({ kind }) => kind === SpanKind.CLIENT)
  expect(query?.attributes['db.query.text']).toContain('FROM users WHERE id =')
  expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain(email)
})
