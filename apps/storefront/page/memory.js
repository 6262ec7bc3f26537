// Remembers the ids and versions that answers have shown, so that nobody has to copy them from one form into the next.
import { session } from './session.js'

const idsByName = new Map()
let version

/** Takes what an answer shows; `path` says what its ids are the ids of: `/users/{userId}/orders` those of orders. */
export function remember(path, body, etag) {
  version = etag ?? version
  const things = path.split('/').filter(part => part !== '' && !part.startsWith('{'))
  const kinds = {
    users: 'userId',
    products: 'productId',
    orders: 'orderId',
    accounts: 'accountId',
    transfers: 'transferId',
    posts: 'postId',
  }
  const name = kinds[things.at(-1)]
  // An order has items too, but is itself the thing.
  const list = body?.id === undefined && Array.isArray(body?.items)
  for (const thing of list ? body.items.toReversed() : [body]) {
    if (name !== undefined && typeof thing?.id === 'string') add(name, thing.id)
    for (const known of Object.values(kinds)) if (typeof thing?.[known] === 'string') add(known, thing[known])
  }
}

/** Newest first. One's own id counts as a user's. */
export function recall(name) {
  if (name === 'if-match') return version === undefined ? [] : [version]
  const known = idsByName.get(name.replace(/^(from|to)AccountId$/, 'accountId')) ?? []
  if (name === 'userId' && session.holder !== undefined) return [...new Set([session.holder.id, ...known])]
  return name === 'toAccountId' ? [...known.slice(1), ...known.slice(0, 1)] : known
}

function add(name, id) {
  idsByName.set(name, [id, ...(idsByName.get(name) ?? []).filter(other => other !== id)].slice(0, 20))
}
