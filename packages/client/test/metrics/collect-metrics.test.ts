import { Registry } from 'prom-client'
import { afterEach, expect, test } from 'vitest'
import { collectMetrics } from '../../src/metrics/collect-metrics.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase({ max: 3 })
await db.query('CREATE TABLE counters (id INT8 PRIMARY KEY, n INT8 NOT NULL)')

const register = new Registry()
let stop: (() => void) | undefined

function collect(options = {}): void {
  stop = collectMetrics(db, { register, ...options }).stop
}

afterEach(() => stop?.())

/** The value of the sample with this name and labels; sums over the labels that are not named. */
async function value(name: string, labels: Record<string, string> = {}): Promise<number> {
  const text = await register.metrics()
  const lines = text.split('\n').filter(line => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
  const wanted = lines.filter(line =>
    Object.entries(labels).every(([key, label]) => line.includes(`${key}="${label}"`)),
  )
  return wanted.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

test('counts and times queries, transactions, statements and errors', async () => {
  collect()
  await db.query('SELECT 1')
  await db.query('SELECT nope').catch(() => undefined)
  await db.transaction(async tx => {
    await tx.query('SELECT 1')
    await tx.query('SELECT 2')
  })
  const failed = db.transaction(async tx => await tx.query('INSERT INTO counters VALUES (1, NULL)'))
  await expect(failed).rejects.toMatchObject({ code: 'CERCI_NOT_NULL_VIOLATION' })
  expect(await value('cerci_query_duration_seconds_count', { kind: 'query', outcome: 'ok' })).toBe(1)
  expect(await value('cerci_query_duration_seconds_count', { kind: 'query', outcome: 'error' })).toBe(1)
  expect(await value('cerci_query_duration_seconds_count', { kind: 'transaction', outcome: 'ok' })).toBe(1)
  expect(await value('cerci_query_duration_seconds_count', { kind: 'transaction', outcome: 'error' })).toBe(1)
  expect(await value('cerci_errors_total', { kind: 'query', code: '42703' })).toBe(1)
  expect(await value('cerci_errors_total', { kind: 'transaction', code: 'CERCI_NOT_NULL_VIOLATION' })).toBe(1)
  expect(await value('cerci_statement_duration_seconds_count', { outcome: 'error' })).toBe(2)
  expect(await value('cerci_query_duration_seconds_sum', { kind: 'query' })).toBeGreaterThan(0)
})

test('counts retries by reason', async () => {
  collect()
  await db.query('DELETE FROM counters')
  await db.query('INSERT INTO counters VALUES (1, 0)')
  let conflicts = 0
  await db.transaction(async tx => {
    const { rows } = await tx.query('SELECT n FROM counters WHERE id = 1')
    if (tx.attempt === 1) {
      conflicts++
      await db.query('UPDATE counters SET n = n + 10 WHERE id = 1')
    }
    await tx.query('UPDATE counters SET n = $1 WHERE id = 1', [Number(rows[0]?.n) + 1])
  })
  expect(conflicts).toBe(1)
  expect(await value('cerci_retries_total', { kind: 'transaction', reason: 'serialization' })).toBe(1)
})

test('shows the pool by node', async () => {
  collect()
  const client = await db.pool.connect()
  expect(await value('cerci_pool_connections', { state: 'busy' })).toBe(1)
  client.release()
  expect(await value('cerci_pool_connections', { state: 'busy' })).toBe(0)
  expect(await value('cerci_pool_connections', { state: 'idle' })).toBeGreaterThan(0)
  expect(await value('cerci_pool_max')).toBe(3)
  expect(await value('cerci_pool_waiting')).toBe(0)
  expect(await value('cerci_node_up')).toBe(db.pool.nodes.length)
})

test('leaves nothing behind when it is stopped, and takes another prefix', async () => {
  collect({ prefix: 'shop_' })
  expect(() => collectMetrics(db, { register, prefix: 'shop_' })).toThrow('already been registered')
  await db.query('SELECT 1')
  expect(await value('shop_query_duration_seconds_count')).toBe(1)
  stop?.()
  expect(register.getMetricsAsArray()).toEqual([])
  await db.query('SELECT 1')
  expect(db.observers.active).toBe(false)
})
