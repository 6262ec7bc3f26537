import { randomUUID } from 'node:crypto'
import { Decimal, type Transaction } from 'cerci'
import type { Scope } from '../entities/scope.js'
import { maxBalance, type NewTransfer, type RefusalReason, type TransferOutcome } from '../entities/transfer.js'
import {
  type BalanceChange,
  type EarlierAnswer,
  type LockedAccount,
  lockBatch,
  type PlannedRefusal,
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
  const answers = new Map<string, Answered>(earlier.map(each => [keyOf(each), each]))
  const transfers: PlannedTransfer[] = []
  const refusals: PlannedRefusal[] = []
  const verdicts = requests.map((request): Verdict => {
    const [from, to] = [balances.get(request.fromAccountId), balances.get(request.toAccountId)]
    if (from === undefined || !from.isIn(request)) return 'unknown-account'
    const before = answers.get(keyOf(request))
    if (before !== undefined) return { ...before, repeated: true }
    if (to === undefined) return 'unknown-account'
    const amount = Decimal.parse(request.amount).round(2)
    const wanted = { ...request, amount: amount.toString() }
    const reason = refusalOf(from, to, amount)
    const answered = { ...wanted, answer: reason ?? { id: randomUUID() } }
    answers.set(keyOf(request), answered)
    if (typeof answered.answer === 'string') {
      refusals.push({ ...wanted, reason: answered.answer })
    } else {
      transfers.push({ ...wanted, id: answered.answer.id })
      from.change(amount.negated())
      to.change(amount)
    }
    return { ...answered, repeated: false }
  })
  const changes = [...balances.values()].flatMap(balance => balance.changed())
  const nothingNew = transfers.length + refusals.length === 0
  const now = nothingNew ? new Date() : await writeBatch(tx, changes, transfers, refusals)
  return verdicts.map(verdict => outcomeOf(verdict, now))
}

/** A request and its answer: a transfer, whose time is known only once it is written, or why there is none. */
type Answered = Omit<EarlierAnswer, 'answer'> & {
  readonly answer: { readonly id: string; readonly createdAt?: Date } | RefusalReason
}

type Verdict = 'unknown-account' | (Answered & { readonly repeated: boolean })

function refusalOf(from: Balance, to: Balance, amount: Decimal): RefusalReason | undefined {
  if (!from.covers(amount)) return 'insufficient-funds'
  return to.hasRoomFor(amount) ? undefined : 'limit-exceeded'
}

const most = Decimal.parse(maxBalance)

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

  hasRoomFor(amount: Decimal): boolean {
    return this.#holds.plus(amount).compare(most) <= 0
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

function outcomeOf(verdict: Verdict, now: Date): TransferOutcome {
  if (verdict === 'unknown-account') return { outcome: verdict }
  const { fromAccountId, toAccountId, amount, answer, repeated } = verdict
  if (typeof answer === 'string')
    return { outcome: 'refused', repeated, refusal: { toAccountId, amount, reason: answer } }
  const { id, createdAt = now } = answer
  return { outcome: 'made', repeated, transfer: { id, fromAccountId, toAccountId, amount, createdAt } }
}

function keyOf({ fromAccountId, idempotencyKey }: Pick<NewTransfer, 'fromAccountId' | 'idempotencyKey'>): string {
  return `${fromAccountId}/${idempotencyKey}`
}
