import type { Cluster } from 'cerci'
import { StorefrontError } from '../errors/storefront-error.js'
import { restockUnshipped } from '../repositories/order-status-repository.js'
import { deleteTokensOfUser } from '../repositories/refresh-token-repository.js'
import {
  deactivateInactive,
  eraseUser,
  isKnownUser,
  lockMoney,
  reactivate,
  softDeleteUser,
} from '../repositories/user-lifecycle-repository.js'
import { findUser } from '../repositories/user-repository.js'
import { afterOthers } from './after-others.js'
import { userNotFound } from './user-not-found.js'

/** Users in one statement: short enough not to hold up anybody. */
const batchSize = 100

export interface Deactivation {
  readonly deactivated: number
  /** Whether there are more; the same request again goes on. */
  readonly more: boolean
}

/** How users leave. */
export class UserLifecycleService {
  readonly #cluster: Cluster

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** The user's orders and accounts stay, the sessions end. Throws `user-not-found`. */
  async delete(id: string): Promise<void> {
    await this.#cluster.transaction(
      async tx => {
        if (!(await softDeleteUser(tx, id))) userNotFound(id)
        await deleteTokensOfUser(tx, id)
      },
      { verify: async db => (await findUser(db, id)) === undefined },
    )
  }

  /** Removes everything that says who it was; what the orders have not shipped goes back into the inventory. Throws `user-not-found`, `account-not-empty`. */
  async erase(id: string): Promise<void> {
    await this.#cluster.transaction(
      async tx => {
        if (await lockMoney(tx, id)) throw new StorefrontError('account-not-empty')
        await restockUnshipped(tx, id)
        if (!(await eraseUser(tx, id))) userNotFound(id)
      },
      { verify: async db => !(await isKnownUser(db, id)) },
    )
  }

  /**
   * Deactivates users who have not signed in for so many days, at most `limit`.
   * Every batch is committed by itself, so whatever breaks it off, the same call goes on where it stopped.
   * Throws `outcome-unknown` when it broke off after the first batch.
   */
  async deactivateInactive(days: number, limit: number): Promise<Deactivation> {
    let deactivated = 0
    while (deactivated < limit) {
      const wanted = Math.min(batchSize, limit - deactivated)
      const written = deactivated === 0 ? undefined : `${deactivated} users were deactivated.`
      const count = await afterOthers(written, deactivateInactive(this.#cluster, days, wanted))
      deactivated += count
      if (count < wanted) return { deactivated, more: false }
    }
    return { deactivated, more: true }
  }

  /** Throws `user-not-found`. */
  async reactivate(id: string): Promise<void> {
    if (!(await reactivate(this.#cluster, id))) userNotFound(id)
  }
}
