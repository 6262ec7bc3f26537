import { problemTable } from '../errors/problem-table.js'
import type { StorefrontError } from '../errors/storefront-error.js'

export const problemMediaType = 'application/problem+json'

/** Seconds a client should wait before it repeats a request that met a 503. */
const unavailableSeconds = 1

/** The one form of every error answer. https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export function printProblem(error: StorefrontError, requestId: string): Problem {
  const { status, title, action } = problemTable[error.code]
  const { code, detail, errors, members, retryAfterSeconds = status === 503 ? unavailableSeconds : undefined } = error
  return {
    status,
    headers: {
      'content-type': `${problemMediaType}; charset=utf-8`,
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
    body: JSON.stringify({
      type: `/problems/${code}`,
      title,
      status,
      code,
      detail,
      action,
      requestId,
      errors,
      ...members,
    }),
  }
}
