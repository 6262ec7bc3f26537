import { parse } from 'secure-json-parse'
import { StorefrontError } from '../errors/storefront-error.js'

/** Bytes of the largest body that is read, unless a route says otherwise. */
export const maxBodyBytes: number = 128 * 1024

/** Parses a body; an empty one is no body. Keys that would reach a prototype are refused. Throws `invalid-json`. */
export function parseJsonBody(text: string): unknown {
  if (text === '') return undefined
  try {
    const value: unknown = parse(text, { protoAction: 'error', constructorAction: 'error' })
    return value
  } catch (cause) {
    throw new StorefrontError('invalid-json', { cause })
  }
}
