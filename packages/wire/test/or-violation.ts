import { ProtocolViolation } from '../src/index.js'

/** What `read` returns, or 'violation'; anything else it throws is a crash. */
export function orViolation<Result>(read: () => Result): Result | 'violation' {
  try {
    return read()
  } catch (error) {
    if (error instanceof ProtocolViolation) return 'violation'
    throw error
  }
}
