import { once } from 'node:events'
import { type AddressInfo, type Server } from 'node:net'
import express from 'express'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cerciErrors, cerciRoutes } from '../../src/express/cerci-express.js'
import { collectMetrics } from '../../src/metrics/collect-metrics.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()
const register = new Registry()
const metrics = collectMetrics(db, { register })
let server: Server
let shuttingDown = false

async function insertName(request: express.Request, response: express.Response): Promise<void> {
  const { name } = request.params
  await db.query('INSERT INTO names VALUES ($1)', [name])
  response.json({ name })
}

beforeAll(async () => {
  await db.query('CREATE TABLE names (name TEXT PRIMARY KEY)')
  const app = express()
  app.use(cerciRoutes({ cluster: db, register, shuttingDown: () => shuttingDown }))
  // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 passes rejections on
  app.get('/names/:name', insertName)
  app.post('/health', (_, response) => void response.json({ posted: true }))
  app.get('/bug', async () => {
    throw new TypeError('a bug')
  })
  app.use(cerciErrors())
  app.use((error: Error, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
    response.status(500).json({ own: error.message })
  })
  server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(() => {
  metrics.stop()
  server.close()
})

const get = (path: string, init?: RequestInit): Promise<Response> =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, {
    ...init,
    headers: { connection: 'close' },
  })

test('health', async () => {
  const response = await get('/health')
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await response.json()).toMatchObject({ status: 'up', pool: { max: 10 } })
  shuttingDown = true
  expect((await get('/health')).status).toBe(503)
  shuttingDown = false
})

test('metrics', async () => {
  const response = await get('/metrics')
  expect(response.headers.get('content-type')).toMatch(/^text\/plain;.*version=0\.0\.4/)
  expect(await response.text()).toContain('cerci_pool_max')
})

test('errors of the database', async () => {
  expect(await (await get('/names/ada')).json()).toEqual({ name: 'ada' })
  const response = await get('/names/ada')
  expect(response.status).toBe(409)
  expect(await response.json()).toMatchObject({ code: 'CERCI_UNIQUE_VIOLATION', retryable: false })
})

test('other errors and other requests go on', async () => {
  const response = await get('/bug')
  expect(response.status).toBe(500)
  expect(await response.json()).toEqual({ own: 'a bug' })
  expect(await (await get('/health', { method: 'POST' })).json()).toEqual({ posted: true })
  expect((await get('/nothing')).status).toBe(404)
})
