import { spawn } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import type { OutboxEvent } from '../../src/entities/event.js'
import { Doorbell } from '../../src/events/doorbell.js'
import { EventDelivery } from '../../src/events/event-delivery.js'
import { createWebhook, type EventReceiver } from '../../src/events/receivers.js'
import { registerUser, startTestStorefront } from '../fixture/storefront.js'

const { url, cluster, admin } = await startTestStorefront()
const { id: userId } = await registerUser(admin)
let running: EventDelivery[] = []

afterEach(async () => {
  await Promise.all(running.map(delivery => delivery.stop()))
  running = []
  await cluster.query('DELETE FROM outbox')
})

function deliverTo(receiver: EventReceiver, workers = 1): void {
  const logger = pino({ level: 'silent' })
  for (let count = 0; count < workers; count += 1) {
    const options = { intervalMs: 10, maxAttempts: 3, backoffMs: 10 }
    const delivery = new EventDelivery({ cluster, logger, receiver, doorbell: new Doorbell(), ...options })
    delivery.start()
    running.push(delivery)
  }
}

/** Orders that went all the way, so five events each. */
async function orders(count: number): Promise<readonly string[]> {
  const product = await admin.post('/products', { sku: randomUUID(), name: 'Thing', price: '2', stock: 1000 })
  const items = [{ productId: product.body.id, quantity: 1 }]
  const wishes = Array.from({ length: count }, () => ({ userId, idempotencyKey: randomUUID(), items }))
  const { body } = await admin.post('/orders/imports', { orders: wishes })
  const ids = body.results.map(({ orderId }: { orderId: string }) => orderId)
  for (const status of ['paid', 'shipped', 'delivered']) {
    await admin.post('/orders/status-changes', { changes: ids.map((orderId: string) => ({ userId, orderId, status })) })
  }
  return ids
}

const wholeLife = ['order.placed', 'order.paid', 'order.shipped', 'order.delivered']

test('delivers each event to one of several workers, in order for each key', async () => {
  const ids = await orders(20)
  const seen: OutboxEvent[] = []
  deliverTo(async event => void seen.push(event), 3)
  await vi.waitFor(() => expect(seen).toHaveLength(80), { timeout: 10_000 })
  for (const id of ids) expect(seen.filter(({ key }) => key === id).map(({ type }) => type)).toEqual(wholeLife)
  // An event is removed after its receiver has taken it.
  await vi.waitFor(async () => expect((await cluster.query('SELECT 1 FROM outbox')).rows).toEqual([]), {
    timeout: 10_000,
  })
}, 20_000)

test('tries again, and holds back the later events of the key until it succeeds', async () => {
  const [id = ''] = await orders(1)
  const seen: string[] = []
  deliverTo(async ({ type, attempts }) => {
    seen.push(`${type} ${attempts}`)
    if (type === 'order.paid' && attempts === 1) throw new Error('not now')
  })
  await vi.waitFor(() => expect(seen).toHaveLength(5), { timeout: 10_000 })
  expect(seen).toEqual(['order.placed 1', 'order.paid 1', 'order.paid 2', 'order.shipped 1', 'order.delivered 1'])
  expect((await cluster.query('SELECT 1 FROM dead_letters WHERE key = $1', [id])).rows).toEqual([])
})

test('puts aside what nobody takes, and goes on with the next', async () => {
  const [id = ''] = await orders(1)
  const taken: string[] = []
  deliverTo(async ({ type }) => {
    if (type === 'order.paid') throw new Error('never')
    taken.push(type)
  })
  await vi.waitFor(() => expect(taken).toHaveLength(3), { timeout: 10_000 })
  expect(taken).toEqual(['order.placed', 'order.shipped', 'order.delivered'])
  const dead = await cluster.query('SELECT type, attempts, last_error FROM dead_letters WHERE key = $1', [id])
  expect(dead.rows).toEqual([{ type: 'order.paid', attempts: 3, last_error: 'never' }])
})

test('returns what was put aside when an administrator says so, oldest first, and counts it until then', async () => {
  const [first = '', second = ''] = await orders(2)
  await cluster.query('DELETE FROM dead_letters')
  await cluster.query(
    `WITH dead AS (DELETE FROM outbox WHERE type = 'order.paid' RETURNING key, sequence, type, payload, created_at)
     INSERT INTO dead_letters (key, sequence, type, payload, created_at, attempts, last_error, died_at)
     SELECT key, sequence, type, payload, created_at, 24, 'never', CASE WHEN key = $1 THEN '2026-01-01' ELSE now() END FROM dead`,
    [first],
  )
  expect((await admin.get('/metrics')).body).toMatch(/^storefront_dead_letters 2$/m)
  await cluster.query('DELETE FROM outbox')
  const redeliver = (limit: number) => admin.post('/dead-letters/redeliveries', { limit })
  expect((await redeliver(1)).body).toEqual({ returned: 1, more: true })
  const waiting = await cluster.query('SELECT key, sequence, type, attempts FROM outbox')
  expect(waiting.rows).toEqual([{ key: first, sequence: 2, type: 'order.paid', attempts: 0 }])
  expect((await redeliver(5)).body).toEqual({ returned: 1, more: false })
  expect((await redeliver(5)).body).toEqual({ returned: 0, more: false })
  expect((await admin.get('/metrics')).body).toMatch(/^storefront_dead_letters 0$/m)
  const seen: OutboxEvent[] = []
  deliverTo(async event => void seen.push(event))
  await vi.waitFor(() => expect(seen).toHaveLength(2), { timeout: 10_000 })
  expect(new Set(seen.map(({ key }) => key))).toEqual(new Set([first, second]))
  expect(seen[0]?.payload).toMatchObject({ status: 'paid', total: '2.00' })
})

/** A worker in a process of its own that takes what is due, and never gets done with it. */
const stuckWorker = `
  import { Cluster } from 'cerci'
  import { Doorbell } from './dist/events/doorbell.js'
  import { EventDelivery } from './dist/events/event-delivery.js'
  import { createLogger } from './dist/logging/create-logger.js'

  const receiver = ({ type }) => new Promise(() => process.stdout.write(type))
  const cluster = new Cluster(process.env.DATABASE_URL)
  const options = { cluster, receiver, logger: createLogger('silent'), doorbell: new Doorbell(), leaseSeconds: 2 }
  new EventDelivery(options).start()
`

test('takes over from a worker that dies, when its lease is over', async () => {
  const [id = ''] = await orders(1)
  const folder = new URL('../../', import.meta.url)
  const env = { PATH: process.env.PATH, DATABASE_URL: url }
  const worker = spawn(process.execPath, ['--input-type=module', '-e', stuckWorker], { cwd: folder, env })
  const [taken] = await once(worker.stdout, 'data')
  expect(String(taken)).toBe('order.placed')
  worker.kill('SIGKILL')
  await once(worker, 'exit')
  const leased = await cluster.query('SELECT attempts FROM outbox WHERE key = $1 AND due_at > now()', [id])
  expect(leased.rows).toEqual([{ attempts: 1 }])

  const seen: string[] = []
  deliverTo(async ({ type, attempts }) => void seen.push(`${type} ${attempts}`))
  await vi.waitFor(() => expect(seen).toHaveLength(4), { timeout: 60_000 })
  expect(seen).toEqual(['order.placed 2', 'order.paid 1', 'order.shipped 1', 'order.delivered 1'])
}, 120_000)

test('signs what it posts to a webhook', async () => {
  const received: { body: string; signature: string }[] = []
  const server = createServer((request, response) => {
    void text(request).then(body => {
      received.push({ body, signature: String(request.headers['x-storefront-signature']) })
      return response.writeHead(received.length === 1 ? 500 : 204).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const [id = ''] = await orders(1)
  deliverTo(createWebhook({ url: `http://127.0.0.1:${port}/events`, secret: 'a shared secret' }))
  await vi.waitFor(() => expect(received).toHaveLength(5), { timeout: 10_000 })
  const [first, second] = received
  expect(second?.body).toBe(first?.body)
  for (const { body, signature } of received) {
    const [, seconds = '', hex] = /^t=(\d+),v1=([\da-f]{64})$/.exec(signature) ?? []
    expect(createHmac('sha256', 'a shared secret').update(`${seconds}.${body}`).digest('hex')).toBe(hex)
  }
  expect(JSON.parse(first?.body ?? '')).toMatchObject({
    id: `${id}:1`,
    type: 'order.placed',
    data: { orderId: id, userId, status: 'placed', total: '2.00', version: 1 },
  })
  await new Promise(resolve => server.close(resolve))
})
