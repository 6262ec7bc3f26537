import type { Session } from '../entities/session.js'
import { StorefrontError } from '../errors/storefront-error.js'
import type { Route } from '../routes/route.js'
import type { SessionService } from '../services/session-service.js'
import type { RequestHead } from './dispatch.js'

/** Finds out who sends a request and whether they may, before anything else of it is looked at. Throws `unauthenticated`, `forbidden`. */
export async function authorize(
  { access }: Route,
  { headers, params }: RequestHead,
  sessions: SessionService,
): Promise<Session | undefined> {
  if (access === 'anyone') return undefined
  const session = await sessions.verify(bearerToken(headers.authorization))
  if (session.role === 'admin' || access === 'user') return session
  if (access === 'owner' && isOf(params, session.userId)) return session
  throw new StorefrontError('forbidden')
}

function bearerToken(header: unknown): string {
  const [, token] = /^Bearer ([\w.-]{1,2000})$/i.exec(typeof header === 'string' ? header : '') ?? []
  if (token === undefined) throw new StorefrontError('unauthenticated')
  return token
}

function isOf(params: unknown, userId: string): boolean {
  return typeof params === 'object' && params !== null && 'userId' in params && params.userId === userId
}
