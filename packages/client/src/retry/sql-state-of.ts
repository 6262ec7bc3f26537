import { errorCodes } from './error-chain.js'

/**
 * The SQLSTATE that the server answered with, however an ORM has wrapped its error; undefined when no server did.
 *
 * @example
 * try {
 *   await db.insert(users).values(user)
 * } catch (error) {
 *   if (sqlStateOf(error) === SqlState.uniqueViolation) return 'taken'
 *   throw error
 * }
 */
export function sqlStateOf(error: unknown): string | undefined {
  return errorCodes(error).find(code => sqlState.test(code) && !prismaCode.test(code))
}

const sqlState = /^[0-9A-Z]{5}$/

/** Prisma's own codes look like SQLSTATEs. https://www.prisma.io/docs/orm/reference/error-reference */
const prismaCode = /^P[1-6]\d{3}$/
