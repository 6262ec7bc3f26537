import { randomUUID } from 'node:crypto'
import type { Cluster, Queryable, Transaction } from 'cerci'
import { StorefrontError } from '../errors/storefront-error.js'
import { type Creation, type CreationKey, findCreation, insertCreation } from '../repositories/creation-repository.js'
import { hashRequest } from './request-hash.js'
import { userNotFound } from './user-not-found.js'

export interface CreationRequest<Thing> extends Omit<CreationKey, 'idempotencyKey'> {
  /** Without one, the same request again makes another thing. */
  readonly idempotencyKey: string | undefined
  /** What is asked for: the same key has to come with the same. */
  readonly request: readonly unknown[]
  /** Writes the thing; undefined when there is no such user. It may be called again with the same id. */
  readonly insert: (db: Queryable, id: string) => Promise<Thing | undefined>
  /** The thing as it was when it was new. */
  readonly asCreated: (creation: Pick<Creation, 'id' | 'createdAt'>) => Thing
}

export interface Created<Thing> {
  readonly thing: Thing
  /** Whether an earlier request with the same key has made it. */
  readonly repeated: boolean
}

/** Makes something of a user's, once for each key; the same key always gets the first answer. Throws `user-not-found`, `idempotency-key-reused`. */
export async function createOnce<Thing>(cluster: Cluster, wanted: CreationRequest<Thing>): Promise<Created<Thing>> {
  const { userId, kind, idempotencyKey, insert } = wanted
  const id = randomUUID()
  if (idempotencyKey === undefined)
    return { thing: (await insert(cluster, id)) ?? userNotFound(userId), repeated: false }
  const key = { userId, kind, idempotencyKey }
  return cluster.transaction(tx => createWithKey(tx, key, id, wanted), {
    verify: async db => (await findCreation(db, key))?.id === id,
  })
}

async function createWithKey<Thing>(
  tx: Transaction,
  key: CreationKey,
  id: string,
  { request, insert, asCreated }: CreationRequest<Thing>,
): Promise<Created<Thing>> {
  const requestHash = hashRequest(request)
  const createdAt = await insertCreation(tx, key, { id, requestHash })
  if (createdAt !== undefined) return { thing: (await insert(tx, id)) ?? userNotFound(key.userId), repeated: false }
  const earlier = (await findCreation(tx, key)) ?? userNotFound(key.userId)
  if (!earlier.requestHash.equals(requestHash)) throw new StorefrontError('idempotency-key-reused')
  return { thing: asCreated(earlier), repeated: true }
}
