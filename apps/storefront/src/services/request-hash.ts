import { createHash } from 'node:crypto'

/** What tells whether two requests with one idempotency key are the same request. */
export function hashRequest(request: readonly unknown[]): Buffer {
  return createHash('sha256').update(JSON.stringify(request)).digest()
}
