import { StorefrontError } from '../errors/storefront-error.js'

/** The refusal of an address whose percent signs encode no UTF-8. */
export function invalidAddress(cause: unknown): StorefrontError {
  const errors = [{ field: '/path', message: 'must be UTF-8, each % followed by two hexadecimal digits' }]
  return new StorefrontError('invalid-request', { errors, cause })
}
