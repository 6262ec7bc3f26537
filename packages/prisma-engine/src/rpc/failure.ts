import type { ErrorRegistry } from '@prisma/driver-adapter-utils'
import type { RpcFailure } from './json-rpc.js'

/**
 * An error of the engine, or of ours, as prisma shows it.
 *
 * @param registry holds the errors that went through the engine, which only gives back their numbers
 */
export function toFailure(error: unknown, panic: string | undefined, registry: ErrorRegistry | undefined): RpcFailure {
  if (panic !== undefined) return { message: panic, isPanic: true }
  if (!(error instanceof Error)) return { message: String(error) }
  const number = /^External error id#(\d+)/.exec(error.message)?.[1]
  const original = number === undefined ? undefined : registry?.consumeError(Number(number))
  if (original !== undefined) return toFailure(original.error, undefined, undefined)
  const errorCode = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return { message: error.message, errorCode, meta: 'meta' in error ? error.meta : undefined }
}
