import { type Cluster, type Coalesced, coalesce } from 'cerci'
import type { Scope } from '../entities/scope.js'
import type { NewTransfer, Transfer, TransferOutcome } from '../entities/transfer.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { findTransfer, isKeyTaken, moveMoney } from '../repositories/transfer-repository.js'
import { moveTogether, type ScopedTransfer } from './transfer-batch.js'

export interface MadeTransfer {
  readonly transfer: Transfer
  /** Whether an earlier request with the same key has made it. */
  readonly repeated: boolean
}

/** So many transfers at a time go each by itself; more are a rush, and share transactions. */
const maxAlone = 4
/** A rush lasts until it has been quiet for so long: those who go alone would contend with those who go together. */
const rushMs = 100

export class TransferService {
  readonly #cluster: Cluster
  readonly #moveTogether: Coalesced<ScopedTransfer, TransferOutcome>
  #underWay = 0
  #rushUntil = 0

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#moveTogether = coalesce(cluster, {
      run: (requests: readonly ScopedTransfer[], tx) => moveTogether(tx, requests),
      // The keys keep a batch from happening twice.
      idempotent: true,
    })
  }

  /**
   * Moves money out of an account in scope, once for each idempotency key; the same key always gets the first answer.
   * Throws `same-account`, `unknown-account`, `insufficient-funds`, `limit-exceeded`, `idempotency-key-reused`.
   */
  async make(request: NewTransfer, scope: Scope): Promise<MadeTransfer> {
    if (request.fromAccountId === request.toAccountId) throw new StorefrontError('same-account')
    const result = await this.#move(request, scope)
    if (result.outcome === 'unknown-account') throw new StorefrontError(result.outcome)
    const { repeated } = result
    if (repeated && !isSame('transfer' in result ? result.transfer : result.refusal, request))
      throw new StorefrontError('idempotency-key-reused')
    if (result.outcome === 'refused') throw new StorefrontError(result.refusal.reason)
    return { transfer: result.transfer, repeated }
  }

  /** Throws `transfer-not-found`, also for a transfer between others. */
  async get(id: string, scope: Scope): Promise<Transfer> {
    const transfer = await findTransfer(this.#cluster, id, scope)
    if (transfer === undefined) {
      throw new StorefrontError('transfer-not-found', { detail: `There is no transfer ${id}.` })
    }
    return transfer
  }

  /**
   * Alone, a transfer is one statement and one round trip. But those of one account wait for each other, one round trip each;
   * so when many come at once they are merged, and a hot account is locked and written once for all of them.
   */
  async #move(request: NewTransfer, scope: Scope): Promise<TransferOutcome> {
    this.#underWay += 1
    try {
      const now = performance.now()
      if (this.#underWay > maxAlone) this.#rushUntil = now + rushMs
      return now < this.#rushUntil
        ? await this.#moveInRush(request, scope)
        : await moveMoney(this.#cluster, request, scope)
    } finally {
      this.#underWay -= 1
    }
  }

  async #moveInRush(request: NewTransfer, scope: Scope): Promise<TransferOutcome> {
    try {
      return await this.#moveTogether({ ...request, ...scope })
    } catch (error) {
      // Another process has answered it at the same moment under the same key; alone, its answer is found.
      if (!isKeyTaken(error)) throw error
      return moveMoney(this.#cluster, request, scope)
    }
  }
}

type Asked = Pick<NewTransfer, 'toAccountId' | 'amount'>

function isSame(first: Asked, again: Asked): boolean {
  return first.toAccountId === again.toAccountId && twoDigits(first.amount) === twoDigits(again.amount)
}

/** As DECIMAL(19,2) prints it: `5`, `5.0` and `5.00` are one amount. */
function twoDigits(amount: string): string {
  const [whole = '0', cents = ''] = amount.split('.')
  return `${whole}.${cents.padEnd(2, '0')}`
}
