import { Ajv2020 as JsonSchema, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { TSchema } from 'typebox'
import type { Session } from '../entities/session.js'
import { type FieldError, StorefrontError } from '../errors/storefront-error.js'
import type { Request, Route } from '../routes/route.js'
import { fieldError } from './field-error.js'

/** The parts of a request before anybody has looked at them. */
export interface RawRequest {
  /** The client's network address. */
  readonly address: string
  readonly params: unknown
  readonly query: unknown
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

export type Validator = (raw: RawRequest, session: Session | undefined) => Request<unknown, unknown, unknown, unknown>

/** Compiles the schemas of routes into functions that accept a request or throw `invalid-request` with all fields that are wrong. */
export function createValidatorCompiler(): (route: Route) => Validator {
  // Text is all that a URL or a header can say, so numbers are read from it there; a JSON body must say what it means.
  const texts = new JsonSchema({ ...options, coerceTypes: true })
  const bodies = new JsonSchema(options)
  formats.default(texts)
  formats.default(bodies)
  return route => {
    const params = compile(texts, route.params)
    const query = compile(texts, route.query ?? noParameters)
    const headers = compile(texts, route.headers)
    const body = compile(bodies, route.body)
    const names = route.headers === undefined ? [] : propertyNames(route.headers)
    return ({ address, ...raw }, session) => {
      const request = { ...raw, headers: Object.fromEntries(names.map(name => [name, raw.headers[name]])) }
      const errors = [
        ...check(params, request.params, '/params'),
        ...check(query, request.query, '/query'),
        ...check(headers, withoutAbsent(request.headers), '/headers'),
        ...check(body, request.body, '/body'),
      ]
      if (errors.length > 0) throw new StorefrontError('invalid-request', { errors: errors.slice(0, maxErrors) })
      return session === undefined ? { ...request, address } : { ...request, address, session }
    }
  }
}

/** `verbose`: an error knows its schema, which says what was expected. */
const options = { allErrors: true, verbose: true, strict: true, strictTypes: false } as const
const maxErrors = 100
const noParameters: TSchema = { type: 'object', additionalProperties: false }

function compile(ajv: JsonSchema, schema: TSchema | undefined): ValidateFunction | undefined {
  return schema === undefined ? undefined : ajv.compile(schema)
}

function propertyNames(schema: TSchema): readonly string[] {
  return 'properties' in schema && typeof schema.properties === 'object' ? Object.keys(schema.properties ?? {}) : []
}

function withoutAbsent(headers: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
}

function check(validate: ValidateFunction | undefined, value: unknown, part: string): readonly FieldError[] {
  if (validate === undefined || validate(value)) return []
  const errors = new Map<string, FieldError>()
  // One error a field, and not for ever: a body of nothing but mistakes has as many as it has bytes.
  for (const error of validate.errors ?? []) {
    const found = fieldError(part, error)
    if (found !== undefined && !errors.has(found.field)) errors.set(found.field, found)
    if (errors.size === maxErrors) break
  }
  return [...errors.values()]
}
