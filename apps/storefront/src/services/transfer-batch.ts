import { randomUUID } from 'node:crypto'
import { Decimal, type Transaction } from 'cerci'
import type { Scope } from '../entities/scope.js'
import type { NewTransfer, Transfer, TransferOutcome } from '../entities/transfer.js'
import {
  type BalanceChange,
  type LockedAccount,
  lockBatch,
  type PlannedTransfer,
  writeBatch,
} from '../repositories/transfer-batch-repository.js'

export type ScopedTransfer = NewTransfer & Scope

/**
 * Makes many transfers in one transaction, as if one came after the other: each sees the balances that those before it left.
 * The accounts are locked, so that what is added up here is what is written.
 */
export async function moveTogether(
  tx: Transaction,
  requests: readonly ScopedTransfer[],
): Promise<readonly TransferOutcome[]> {
  const { accounts, earlier } = await lockBatch(tx, requests)
  const balances = new Map(accounts.map(account => [account.id, new Balance(account)]))
  const known = new Map<string, Transfer | PlannedTransfer>(earlier.map(each => [keyOf(each), each.transfer]))
  const planned: PlannedTransfer[] = []
  const verdicts = requests.map((request): Verdict => {
    const [from, to] = [balances.get(request.fromAccountId), balances.get(request.toAccountId)]
    if (from === undefined || !from.isIn(request)) return { outcome: 'unknown-account' }
    const before = known.get(keyOf(request))
    if (before !== undefined) return { outcome: 'repeated', transfer: before }
    if (to === undefined) return { outcome: 'unknown-account' }
    const amount = Decimal.parse(request.amount).round(2)
    if (!from.covers(amount)) return { outcome: 'insufficient-funds' }
    from.change(amount.negated())
    to.change(amount)
    const transfer = { ...request, amount: amount.toString(), id: randomUUID() }
    planned.push(transfer)
    known.set(keyOf(request), transfer)
    return { outcome: 'moved', transfer }
  })
  const changes = [...balances.values()].flatMap(balance => balance.changed())
  const createdAt = planned.length > 0 ? await writeBatch(tx, changes, planned) : new Date()
  return verdicts.map(verdict => ('transfer' in verdict ? made(verdict, createdAt) : verdict))
}

type Verdict =
  | { readonly outcome: 'moved' | 'repeated'; readonly transfer: Transfer | PlannedTransfer }
  | { readonly outcome: 'unknown-account' | 'insufficient-funds' }

/** What an account holds while a batch is worked off. */
class Balance {
  readonly #account: LockedAccount
  #holds: Decimal
  readonly #held: Decimal

  constructor(account: LockedAccount) {
    this.#account = account
    this.#held = Decimal.parse(account.balance)
    this.#holds = this.#held
  }

  isIn({ ownerId }: Scope): boolean {
    return ownerId === null || ownerId === this.#account.userId
  }

  covers(amount: Decimal): boolean {
    return this.#holds.compare(amount) >= 0
  }

  change(amount: Decimal): void {
    this.#holds = this.#holds.plus(amount)
  }

  /** Nothing when it holds what it held. */
  changed(): readonly BalanceChange[] {
    if (this.#holds.equals(this.#held)) return []
    return [{ accountId: this.#account.id, change: this.#holds.minus(this.#held).toString() }]
  }
}

function made({ outcome, transfer }: Extract<Verdict, { transfer: unknown }>, createdAt: Date): TransferOutcome {
  const { id, fromAccountId, toAccountId, amount } = transfer
  return {
    outcome,
    transfer: {
      id,
      fromAccountId,
      toAccountId,
      amount,
      createdAt: 'createdAt' in transfer ? transfer.createdAt : createdAt,
    },
  }
}

function keyOf({ fromAccountId, idempotencyKey }: Pick<NewTransfer, 'fromAccountId' | 'idempotencyKey'>): string {
  return `${fromAccountId}/${idempotencyKey}`
}
