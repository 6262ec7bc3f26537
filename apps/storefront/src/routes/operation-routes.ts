import { Type } from 'typebox'
import type { Health, NodeHealth } from '../services/operation-service.js'
import { type Route, route } from './route.js'
import { plainText } from './schemas/primitives.js'
import { choice, entity, list, nullable, optional } from './schemas/schema.js'

const truth = Type.Unsafe<boolean>({ type: 'boolean' })
const milliseconds = Type.Unsafe<number>({ type: 'number' })
const count = Type.Unsafe<number>({ type: 'integer' })

const health = entity<Health>('Health', {
  status: choice(['ok', 'degraded', 'unavailable']),
  database: entity<Health['database']>('DatabaseHealth', { reachable: truth, latencyMs: nullable(milliseconds) }),
  pool: entity<Health['pool']>('PoolHealth', { max: count, total: count, idle: count, waiting: count }),
  nodes: list(
    entity<NodeHealth>('NodeHealth', {
      address: plainText,
      region: optional(plainText),
      answerMs: nullable(milliseconds),
      connections: count,
    }),
  ),
})

interface Readiness {
  readonly status: 'ok' | 'unavailable'
}

const readiness = entity<Readiness>('Readiness', { status: choice(['ok', 'unavailable']) })
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
      return { body, status: body.status === 'unavailable' ? 503 : 200 }
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
    response: readiness,
    async handle() {
      return { body: answer(true) }
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
    response: readiness,
    async handle(_, { operations }) {
      const ready = await operations.ready()
      return { body: answer(ready), status: ready ? 200 : 503 }
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

function answer(well: boolean): Readiness {
  return { status: well ? 'ok' : 'unavailable' }
}
