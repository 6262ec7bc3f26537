import type { Cluster } from '../cluster/cluster.js'
import { OptionError } from '../errors/option-error.js'
import type { CerciPool } from '../pool/cerci-pool.js'

/**
 * Refuses an ORM that has a pool of its own: its statements would miss all that the cluster does, and nobody would notice before a node is lost.
 *
 * @param pool What the ORM runs on: the cluster's pool, or what was made for it
 * @param how What makes one that does
 * @throws OptionError
 */
export function checkPool(orm: string, cluster: Cluster, pool: unknown, how: string): void {
  if (pool !== cluster.pool)
    throw new OptionError(orm, `it does not run on the pool of this cluster; make it with ${how}`)
}

/** Remembers whose connections lends what was made for an ORM: a driver, a class of pools. */
export function lends(made: object, pool: CerciPool): void {
  lenders.set(made, pool)
}

/** The pool behind what an ORM runs on; undefined when that was not made here. */
export function lenderOf(made: unknown): CerciPool | undefined {
  const isKey = (typeof made === 'object' && made !== null) || typeof made === 'function'
  return isKey ? lenders.get(made) : undefined
}

const lenders = new WeakMap<object, CerciPool>()

/** Reads what the types of an ORM do not show; undefined when it is not there. */
export function dig(value: unknown, ...path: readonly string[]): unknown {
  let found = value
  for (const name of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined
  return found
}
