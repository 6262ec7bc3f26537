import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cerciFastify } from '../../src/fastify/cerci-fastify.js'
import { collectMetrics } from '../../src/metrics/collect-metrics.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()
const register = new Registry()
let app: FastifyInstance
let shuttingDown = false
const metrics = collectMetrics(db, { register })

async function insertName(request: FastifyRequest): Promise<unknown> {
  const { name } = request.params as { name: string }
  await db.query('INSERT INTO names VALUES ($1)', [name])
  return { name }
}

beforeAll(async () => {
  await db.query('CREATE TABLE names (name TEXT PRIMARY KEY)')
  app = Fastify()
  await app.register(cerciFastify, { cluster: db, register, shuttingDown: () => shuttingDown })
  // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Fastify passes rejections on
  app.get('/names/:name', insertName)
  app.get('/bug', async () => {
    throw new TypeError('a bug')
  })
})

afterAll(async () => {
  metrics.stop()
  await app.close()
})

test('health', async () => {
  const response = await app.inject('/health')
  expect(response.statusCode).toBe(200)
  expect(response.headers['cache-control']).toBe('no-store')
  const body = response.json()
  expect(body).toMatchObject({ status: 'up', regions: expect.any(Array), pool: { max: 10 } })
  expect(body.nodes.length).toBeGreaterThan(0)
  for (const node of body.nodes) {
    expect(node).toMatchObject({ node: expect.stringMatching(/:\d+$/), state: 'up', answerMs: expect.any(Number) })
    expect(node).not.toHaveProperty('error')
  }
  shuttingDown = true
  const leaving = await app.inject('/health')
  shuttingDown = false
  expect(leaving.statusCode).toBe(503)
  expect(leaving.json()).toMatchObject({ status: 'shutting down' })
})

test('metrics', async () => {
  const response = await app.inject('/metrics')
  expect(response.headers['content-type']).toBe(register.contentType)
  expect(response.body).toContain('cerci_query_duration_seconds_count{kind="query",outcome="ok"}')
})

test('errors of the database in routes registered beside it', async () => {
  expect((await app.inject('/names/ada')).json()).toEqual({ name: 'ada' })
  const response = await app.inject('/names/ada')
  expect(response.statusCode).toBe(409)
  expect(response.json()).toMatchObject({ code: 'CERCI_UNIQUE_VIOLATION', retryable: false })
})

test('other errors go on to Fastify', async () => {
  const response = await app.inject('/bug')
  expect(response.statusCode).toBe(500)
  expect(response.json()).toMatchObject({ message: 'a bug' })
})

test('paths may be chosen or left out', async () => {
  const other = Fastify()
  await other.register(cerciFastify, { cluster: db, healthPath: 'off' })
  expect((await other.inject('/health')).statusCode).toBe(404)
  expect((await other.inject('/metrics')).statusCode).toBe(404)
  await other.close()
  const moved = Fastify()
  await moved.register(cerciFastify, { cluster: db, register, healthPath: '/live', metricsPath: '/prom' })
  expect((await moved.inject('/live')).statusCode).toBe(200)
  expect((await moved.inject('/prom')).statusCode).toBe(200)
  await moved.close()
})
