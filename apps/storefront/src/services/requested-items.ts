import type { RequestedItem } from '../entities/order.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { hashRequest } from './request-hash.js'

/** By product, so that two orders never wait for each other's products in a circle. Throws `invalid-request` for a product that comes twice. */
export function inLockOrder(items: readonly RequestedItem[], field: string): readonly RequestedItem[] {
  const sorted = items.toSorted((a, b) => (a.productId < b.productId ? -1 : 1))
  const twice = sorted.find((item, index) => item.productId === sorted[index + 1]?.productId)
  if (twice === undefined) return sorted
  const index = items.findLastIndex(item => item.productId === twice.productId)
  const error = { field: `${field}/${index}/productId`, message: 'must not name a product twice' }
  throw new StorefrontError('invalid-request', { errors: [error] })
}

export function hashItems(sorted: readonly RequestedItem[]): Buffer {
  return hashRequest(sorted.map(item => [item.productId, item.quantity]))
}
