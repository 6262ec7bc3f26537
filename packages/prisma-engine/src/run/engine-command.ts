import { DriverAdapterError } from '@prisma/driver-adapter-utils'
import { PrismaEngineError } from '../prisma-engine-error.js'
import type { EngineSession } from '../session/engine-session.js'

/** `cli can-connect-to-database` and `cli create-database`: what fails is one line of JSON on standard error, and exit code 1. */
export async function runEngineCommand(command: string, session: EngineSession): Promise<void> {
  process.stderr.write('\n') // prisma skips the first line
  try {
    if (command === 'can-connect-to-database') await session.version()
    else if (command === 'create-database') await session.createDatabase()
    else throw new PrismaEngineError('CERCI_PRISMA_ARGUMENTS', { given: `cli ${command}` })
    logLine('INFO', 'schema_engine::commands', { message: 'ok' })
  } catch (error) {
    logLine('ERROR', 'schema_engine::logger', prismaError(error, session.database))
    process.exitCode = 1
  }
}

/** A line of the log that prisma reads from its engine's standard error. */
export function logLine(level: string, target: string, fields: object): void {
  process.stderr.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, fields, target })}\n`)
}

/** Prisma's codes for what it acts on. https://www.prisma.io/docs/orm/reference/error-reference */
function prismaError(error: unknown, database: string): { error_code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error)
  if (!(error instanceof DriverAdapterError)) return { error_code: '', message }
  const { cause } = error
  if (cause.kind === 'DatabaseNotReachable')
    return { error_code: 'P1001', message: `Can't reach database server at \`${cause.host}:${cause.port}\`` }
  if (cause.kind === 'DatabaseDoesNotExist')
    return { error_code: 'P1003', message: `Database \`${database}\` does not exist` }
  return { error_code: cause.originalCode ?? '', message: cause.originalMessage ?? message }
}
