import type { Cluster } from 'cerci'
import type { Scope } from '../entities/scope.js'
import type { NewTransfer, Transfer } from '../entities/transfer.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { findTransfer, moveMoney } from '../repositories/transfer-repository.js'

export interface MadeTransfer {
  readonly transfer: Transfer
  /** Whether an earlier request with the same key has made it. */
  readonly repeated: boolean
}

export class TransferService {
  readonly #cluster: Cluster

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /**
   * Moves money out of an account in scope, once for each idempotency key.
   * Throws `same-account`, `unknown-account`, `insufficient-funds`, `idempotency-key-reused`.
   */
  async make(request: NewTransfer, scope: Scope): Promise<MadeTransfer> {
    if (request.fromAccountId === request.toAccountId) throw new StorefrontError('same-account')
    const result = await moveMoney(this.#cluster, request, scope)
    if (!('transfer' in result)) throw new StorefrontError(result.outcome)
    const { transfer, outcome } = result
    if (outcome === 'repeated' && !isSame(transfer, request)) throw new StorefrontError('idempotency-key-reused')
    return { transfer, repeated: outcome === 'repeated' }
  }

  /** Throws `transfer-not-found`, also for a transfer between others. */
  async get(id: string, scope: Scope): Promise<Transfer> {
    const transfer = await findTransfer(this.#cluster, id, scope)
    if (transfer === undefined)
      throw new StorefrontError('transfer-not-found', { detail: `There is no transfer ${id}.` })
    return transfer
  }
}

function isSame(transfer: Transfer, request: NewTransfer): boolean {
  return transfer.toAccountId === request.toAccountId && transfer.amount === twoDigits(request.amount)
}

/** As DECIMAL(19,2) prints it: `5`, `5.0` and `5.00` are one amount. */
function twoDigits(amount: string): string {
  const [whole = '0', cents = ''] = amount.split('.')
  return `${whole}.${cents.padEnd(2, '0')}`
}
