import { Type } from 'typebox'
import type { Health } from '../services/operation-service.js'
import { type Route, route } from './route.js'
import { plainText } from './schemas/primitives.js'
import { entity, type Schema } from './schemas/schema.js'

const health: Schema<Health> = Type.Unsafe<Health>(
  Type.Object(
    {
      status: Type.Union([Type.Literal('ok'), Type.Literal('unavailable')]),
      database: Type.Object({ reachable: Type.Boolean(), latencyMs: Type.Optional(Type.Number()) }),
      pool: Type.Object({ total: Type.Integer(), idle: Type.Integer(), waiting: Type.Integer() }),
    },
    { title: 'Health' },
  ),
)

interface Live {
  readonly status: 'ok'
}

const live = entity<Live>('Live', { status: Type.Unsafe<'ok'>({ type: 'string', const: 'ok' }) })
const alive: Live = { status: 'ok' }
const tag = 'Operations'

export const operationRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/health',
    access: 'anyone',
    essential: true,
    tag,
    summary: 'How the service, its pool and its database are. 503 when it cannot serve.',
    status: 200,
    response: health,
    async handle(_, { operations }) {
      const body = await operations.health()
      return { body, status: body.status === 'ok' ? 200 : 503 }
    },
  }),
  route({
    method: 'GET',
    path: '/health/live',
    access: 'anyone',
    essential: true,
    tag,
    summary: 'Whether the process answers. Asks nothing of the database.',
    status: 200,
    response: live,
    async handle() {
      return { body: alive }
    },
  }),
  route({
    method: 'GET',
    path: '/health/ready',
    access: 'anyone',
    essential: true,
    tag,
    summary: 'Whether requests should be sent here: 503 while the database is out of reach or the service is stopping.',
    status: 200,
    response: health,
    async handle(_, { operations }) {
      const body = await operations.health()
      return { body, status: body.status === 'ok' ? 200 : 503 }
    },
  }),
  route({
    method: 'GET',
    path: '/metrics',
    access: 'anyone',
    essential: true,
    tag,
    summary: "Metrics in Prometheus' text format.",
    status: 200,
    produces: 'text/plain; version=0.0.4; charset=utf-8',
    response: plainText,
    async handle(_, { operations }) {
      return { body: await operations.metrics() }
    },
  }),
]
