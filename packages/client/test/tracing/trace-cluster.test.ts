import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { recordSpans } from '../../../../test/fixture/record-spans.js'
import { traceCluster } from '../../src/tracing/trace-cluster.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()
await db.query('CREATE TABLE accounts (id INT8 PRIMARY KEY, balance INT8 NOT NULL)')

const recorded = recordSpans()
const { tracer } = recorded

let stop = (): void => {}

beforeAll(() => {
  stop = traceCluster(db, { tracer })
})

afterAll(() => {
  stop()
  recorded.stop()
})

beforeEach(async () => {
  await db.query('DELETE FROM accounts')
  await db.query('INSERT INTO accounts VALUES (1, 100), (2, 100)')
  recorded.reset()
})

const spans = recorded.finished
const named = (name: string): ReadableSpan => {
  const found = spans().find(span => span.name === name)
  if (!found)
    throw new Error(
      `no span ${name} among ${spans()
        .map(span => span.name)
        .join(', ')}`,
    )
  return found
}

test('a lone query is one span, by the conventions, without its constants', async () => {
  await db.query("SELECT balance, 'secret' FROM accounts WHERE id = $1", ['1'])
  expect(spans()).toHaveLength(1)
  const span = named('SELECT accounts')
  expect(span.kind).toBe(SpanKind.CLIENT)
  expect(span.attributes).toMatchObject({
    'db.system.name': 'cockroachdb',
    'db.namespace': db.pool.connections.settings.database,
    'db.operation.name': 'SELECT',
    'db.query.summary': 'SELECT accounts',
    'db.query.text': 'SELECT balance, _ FROM accounts WHERE id = _',
    'db.response.returned_rows': 1,
    'server.address': expect.any(String),
    'server.port': expect.any(Number),
  })
  expect(JSON.stringify(span.attributes)).not.toContain('secret')
})

test('a transaction is a span with its statements as children, under the application’s span', async () => {
  await tracer.startActiveSpan('request', async request => {
    await db.transaction(async tx => {
      await tx.query('SELECT * FROM accounts')
      await tx.query('UPDATE accounts SET balance = balance + 1 WHERE id = $1', [1])
    })
    request.end()
  })
  const transaction = named('TRANSACTION')
  expect(transaction.parentSpanContext?.spanId).toBe(named('request').spanContext().spanId)
  for (const name of ['SELECT accounts', 'UPDATE accounts']) {
    expect(named(name).parentSpanContext?.spanId).toBe(transaction.spanContext().spanId)
  }
})

test('a retry is an event of what is retried', async () => {
  let disturbed = false
  await db.transaction(async tx => {
    const { rows } = await tx.query('SELECT balance FROM accounts WHERE id = 1')
    if (!disturbed) {
      disturbed = true
      await db.query('UPDATE accounts SET balance = balance + 10 WHERE id = 1')
    }
    await tx.query('UPDATE accounts SET balance = $1 WHERE id = 1', [Number(rows[0]?.balance) + 1])
  })
  const { events, attributes, status } = named('TRANSACTION')
  expect(events).toMatchObject([
    {
      name: 'retry',
      attributes: { 'cerci.retry.reason': 'serialization', 'db.response.status_code': '40001', 'cerci.attempt': 1 },
    },
  ])
  expect(attributes['cerci.attempts']).toBe(2)
  expect(status.code).toBe(SpanStatusCode.UNSET)
})

test('an error is a status and a code, without the text that may quote values', async () => {
  await db.query("INSERT INTO accounts VALUES (1, 'secret')").catch(() => undefined)
  const span = named('INSERT accounts')
  expect(span.status).toEqual({ code: SpanStatusCode.ERROR })
  expect(span.attributes).toMatchObject({ 'error.type': '22P02', 'db.response.status_code': '22P02' })
  expect(JSON.stringify([span.attributes, span.events])).not.toContain('secret')
})

test('nothing is traced after the end', async () => {
  stop()
  await db.query('SELECT 1')
  expect(spans()).toEqual([])
  stop = traceCluster(db) // the global tracer, which does nothing here
  await db.query('SELECT 1')
  expect(trace.getActiveSpan()).toBeUndefined()
})
