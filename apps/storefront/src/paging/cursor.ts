import { StorefrontError } from '../errors/storefront-error.js'

/** Packs the parts of a position in an order into one opaque, URL-safe text. */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/**
 * Unpacks a cursor into as many parts as there are patterns; each part must match its pattern, because it goes into a query.
 * Throws `invalid-cursor`.
 */
export function decodeCursor(cursor: string, patterns: readonly RegExp[]): readonly string[] {
  const parts = parse(Buffer.from(cursor, 'base64url').toString())
  if (!Array.isArray(parts) || parts.length !== patterns.length) throw new StorefrontError('invalid-cursor')
  return patterns.map((pattern, index) => {
    const part: unknown = parts[index]
    if (typeof part !== 'string' || !pattern.test(part)) throw new StorefrontError('invalid-cursor')
    return part
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new StorefrontError('invalid-cursor', { cause })
  }
}
