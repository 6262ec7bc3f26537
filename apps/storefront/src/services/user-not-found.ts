import { StorefrontError } from '../errors/storefront-error.js'

export function userNotFound(id: string): never {
  throw new StorefrontError('user-not-found', { detail: `There is no user ${id}.` })
}
