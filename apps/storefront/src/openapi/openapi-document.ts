import type { TSchema } from 'typebox'
import { type ProblemCode, problemTable } from '../errors/problem-table.js'
import { problemMediaType } from '../http/problem.js'
import type { Access, Route } from '../routes/route.js'

/** Prints the route table as an OpenAPI 3.1 document; schemas with a title become components. https://spec.openapis.org/oas/v3.1.0 */
export function openApiDocument(routes: readonly Route[]): object {
  const components = new Map<string, unknown>([['Problem', problemSchema]])
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const operations = paths[route.path] ?? {}
    operations[route.method.toLowerCase()] = operation(route, components)
    paths[route.path] = operations
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Storefront',
      version: '1.0.0',
      description: 'Users, products, orders, accounts and money transfers on CockroachDB.',
    },
    paths,
    components: {
      schemas: Object.fromEntries(components),
      securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  }
}

function operation(route: Route, components: Map<string, unknown>): object {
  const { tag, summary, params, query, headers, body } = route
  const parameters = [
    ...parametersIn('path', params, components),
    ...parametersIn('query', query, components),
    ...parametersIn('header', headers, components),
  ]
  return {
    tags: [tag],
    summary,
    description: accessNote[route.access],
    security: route.access === 'anyone' ? [] : [{ accessToken: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: hoist(body, components) } } } }),
    responses: responses(route, components),
  }
}

const accessNote: Record<Access, string> = {
  anyone: 'For anyone.',
  user: 'For signed-in users, with what is theirs.',
  owner: 'For the user in the path, and for administrators.',
  admin: 'For administrators.',
}

function parametersIn(
  place: 'path' | 'query' | 'header',
  schema: TSchema | undefined,
  components: Map<string, unknown>,
): object[] {
  const { properties, required } = objectSchema(schema)
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = asRecord(hoist(property, components))
    return { name, in: place, required: place === 'path' || required.includes(name), description, schema: rest }
  })
}

function responses(route: Route, components: Map<string, unknown>): object {
  const { status, response, produces = 'application/json' } = route
  const success = {
    description: 'Done.',
    ...('idempotency-key' in objectSchema(route.headers).properties ? { headers: replayHeaders } : {}),
    ...(response === undefined ? {} : { content: { [produces]: { schema: hoist(response, components) } } }),
  }
  const codes = problemsOf(route)
  const statuses = [...new Set(codes.map(code => problemTable[code].status))].toSorted((a, b) => a - b)
  return Object.fromEntries([
    [status, success],
    ...statuses.map(each => [each, problemResponse(codes.filter(code => problemTable[code].status === each))]),
  ])
}

const replayHeaders = {
  'idempotent-replayed': {
    description: 'There when nothing new has happened: this is the answer to an earlier request with the same key.',
    schema: { type: 'string', enum: ['true'] },
  },
} as const

/** The problems of a route: its own, and those that its parts imply. */
export function problemsOf(route: Route): readonly ProblemCode[] {
  const { access, body, method, problems = [] } = route
  return [
    'invalid-request',
    ...(body === undefined ? [] : (['invalid-json', 'body-too-large', 'unsupported-media-type'] as const)),
    ...(access === 'anyone' ? [] : (['unauthenticated'] as const)),
    ...(access === 'owner' || access === 'admin' ? (['forbidden'] as const) : []),
    ...problems,
    ...(method === 'GET' ? [] : (['outcome-unknown'] as const)),
    'internal-error',
    'database-unavailable',
    'overloaded',
  ]
}

function problemResponse(codes: readonly ProblemCode[]): object {
  return {
    description: codes.map(code => `\`${code}\`: ${problemTable[code].title}`).join('\n\n'),
    content: { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } },
  }
}

const problemSchema = {
  title: 'Problem',
  description: 'RFC 9457 problem details.',
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'action', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(problemTable) },
    detail: { type: 'string' },
    action: { type: 'string', description: 'What to do next.' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
} as const

/** Replaces every schema that has a title by a reference to the component of that name. */
function hoist(schema: unknown, components: Map<string, unknown>): unknown {
  if (Array.isArray(schema)) return schema.map(part => hoist(part, components))
  if (typeof schema !== 'object' || schema === null) return schema
  const parts = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, hoist(part, components)]))
  const { title } = parts
  if (typeof title !== 'string') return parts
  components.set(title, parts)
  return { $ref: `#/components/schemas/${title}` }
}

function objectSchema(schema: unknown): { properties: Record<string, unknown>; required: readonly unknown[] } {
  const { properties, required } = asRecord(schema)
  return { properties: asRecord(properties), required: Array.isArray(required) ? required : [] }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
