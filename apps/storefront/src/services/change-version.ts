import { isDeepStrictEqual } from 'node:util'
import type { Cluster, Queryable } from 'cerci'

interface VersionedChange<Thing, Result> {
  /** The version that the change was decided on. */
  readonly version: number
  /** The properties that it sets. */
  readonly changes: object
  readonly find: (db: Queryable) => Promise<Thing | undefined>
  /** Changes the thing if it still has the version. */
  readonly update: (db: Queryable) => Promise<Result>
}

/** Makes a change that cannot be sent twice: when its COMMIT was lost, it has happened if the thing is now one version on and as it was to be. */
export function changeVersion<Thing extends { readonly version: number }, Result>(
  cluster: Cluster,
  { version, changes, find, update }: VersionedChange<Thing, Result>,
): Promise<Result> {
  return cluster.transaction(update, {
    async verify(db) {
      const now = await find(db)
      if (now?.version !== version + 1) return false
      return Object.entries(changes).every(([name, value]) => isDeepStrictEqual(Reflect.get(now, name), value))
    },
  })
}
