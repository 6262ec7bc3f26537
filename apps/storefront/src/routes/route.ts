import type { Static, TSchema, TUnsafe } from 'typebox'
import type { Session } from '../entities/session.js'
import type { ProblemCode } from '../errors/problem-table.js'
import type { Services } from '../services/services.js'

/** A route as data: what the HTTP servers mount and what the OpenAPI document is printed from. */
export interface Route extends RouteDescription {
  readonly params?: TSchema
  readonly query?: TSchema
  readonly headers?: TSchema
  readonly body?: TSchema
  /** Schema of the answer's body; an answer without one has none. */
  readonly response?: TSchema
  handle(request: Request<unknown, unknown, unknown, unknown>, services: Services): Promise<Reply<unknown>>
}

/**
 * Who may use a route: `anyone` without signing in; any signed-in `user`; the `owner`, which is the user whose id is the path's `userId`; an `admin`.
 * Administrators may use every route.
 */
export type Access = 'anyone' | 'user' | 'owner' | 'admin'

export interface RouteDescription {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Parameters in braces, as OpenAPI spells them: `/users/{userId}`. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly access: Access
  /** Whether it is answered however busy the service is. @default false */
  readonly essential?: boolean
  /** Bytes of the largest body that is read. @default 131072 */
  readonly maxBodyBytes?: number
  /** HTTP status of success. */
  readonly status: number
  /** @default 'application/json' */
  readonly produces?: string
  /** What else can happen, beyond what can happen to every request. */
  readonly problems?: readonly ProblemCode[]
}

/** A request whose sender may use the route, and that its schemas have accepted. */
export interface Request<Params, Query, Headers, Body> {
  /** Absent only where `anyone` has access. */
  readonly session?: Session
  /** The client's network address. */
  readonly address: string
  readonly params: Params
  readonly query: Query
  readonly headers: Headers
  readonly body: Body
}

export interface Reply<Body> {
  readonly body: Body
  /** @default the route's */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

type Absent = TUnsafe<undefined>

interface RouteDefinition<
  Params extends TSchema,
  Query extends TSchema,
  Headers extends TSchema,
  Body extends TSchema,
  Response extends TSchema,
> extends RouteDescription {
  readonly params?: Params
  readonly query?: Query
  readonly headers?: Headers
  readonly body?: Body
  readonly response?: Response
  handle(
    request: Request<Static<Params>, Static<Query>, Static<Headers>, Static<Body>>,
    services: Services,
  ): Promise<Reply<Static<Response>>>
}

/** Checks that a handler takes what the route's schemas accept and gives what its response schema says. */
export function route<
  Params extends TSchema = Absent,
  Query extends TSchema = Absent,
  Headers extends TSchema = Absent,
  Body extends TSchema = Absent,
  Response extends TSchema = Absent,
>(definition: RouteDefinition<Params, Query, Headers, Body, Response>): Route {
  return definition
}
