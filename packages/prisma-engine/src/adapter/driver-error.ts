import { DriverAdapterError, type MappedError } from '@prisma/driver-adapter-utils'
import { ConnectionError } from 'cerci'

/** The fields of a server's error, as node-postgres gives them. */
interface ServerError extends Error {
  readonly code: string
  readonly severity: string
  readonly detail?: string
  readonly column?: string
  readonly hint?: string
}

/** The error in the words of Prisma's adapters; what is none of a server comes back as it is. */
export function toDriverError(error: unknown, database: string): unknown {
  if (error instanceof ConnectionError) {
    const refused = errorsOf(error).find(isServerError)
    if (refused !== undefined) return toDriverError(refused, database)
    const [host, port] = (error.nodes[0]?.address ?? '').split(/:(?=\d+$)/)
    return new DriverAdapterError({
      kind: 'DatabaseNotReachable',
      ...(host !== undefined && { host }),
      ...(port !== undefined && { port: Number(port) }),
    })
  }
  if (!isServerError(error)) return error
  const mapped: MappedError = byCode(error, database) ?? {
    kind: 'postgres',
    code: error.code,
    severity: error.severity,
    message: error.message,
    detail: error.detail,
    column: error.column,
    hint: error.hint,
  }
  return new DriverAdapterError({ ...mapped, originalCode: error.code, originalMessage: error.message })
}

/** Those that the engine tells apart: it creates a database that is missing, and takes a missing table for an empty history. */
function byCode(error: ServerError, database: string): MappedError | undefined {
  switch (error.code) {
    case '3D000':
      return { kind: 'DatabaseDoesNotExist', db: database }
    case '42P04':
      return { kind: 'DatabaseAlreadyExists', db: database }
    case '28000':
      return { kind: 'DatabaseAccessDenied', db: database }
    case '28P01':
      return { kind: 'AuthenticationFailed' }
    case '42P01':
      return { kind: 'TableDoesNotExist' }
    case '53300':
      return { kind: 'TooManyConnections', cause: error.message }
    default:
      return undefined
  }
}

function errorsOf(error: ConnectionError): unknown[] {
  return [error.cause, ...error.nodes.map(node => node.error)]
}

function isServerError(error: unknown): error is ServerError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.length === 5 &&
    'severity' in error &&
    typeof error.severity === 'string'
  )
}
