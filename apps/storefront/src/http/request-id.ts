import { randomUUID } from 'node:crypto'

export const requestIdHeader = 'x-request-id'

/** The caller's id for a request, if it is one that can be logged and sent back as it is; otherwise a new one. */
export function requestId(given: unknown): string {
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID()
}
