import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import type { LogLevel } from '../configuration/configuration.js'

/**
 * Structured logs on stdout, one JSON object a line (or wherever `destination` writes). Of an error only type, code, message and stack are written, and the same of its causes:
 * details of the database's errors quote values, such as e-mail addresses. What is secret by its name is never written.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    serializers: { err: error => printError(error) },
    redact: { paths: secrets, censor: '[redacted]' },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

const secretNames = [
  'password',
  'currentPassword',
  'newPassword',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
]
const secrets = secretNames.flatMap(name => [name, `*.${name}`, `*.*.${name}`])

interface PrintedError {
  readonly type: string
  readonly code?: unknown
  readonly message: string
  readonly stack?: string | undefined
  readonly cause?: PrintedError
}

function printError(error: unknown, depth = 0): PrintedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const { name, message, stack, cause } = error
  return {
    type: name,
    ...('code' in error ? { code: error.code } : {}),
    message,
    stack,
    ...(cause === undefined || depth >= 5 ? {} : { cause: printError(cause, depth + 1) }),
  }
}
