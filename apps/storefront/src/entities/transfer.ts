/** Money moved from one account to another; never changed afterwards. */
export interface Transfer {
  readonly id: string
  readonly fromAccountId: string
  readonly toAccountId: string
  /** Exact decimal with two digits after the point, as a string. */
  readonly amount: string
  readonly createdAt: Date
}

export interface NewTransfer {
  readonly fromAccountId: string
  readonly toAccountId: string
  readonly amount: string
  /** The same key, from the same account, never moves money twice, and always gets the first answer. */
  readonly idempotencyKey: string
}

export type RefusalReason = 'insufficient-funds' | 'limit-exceeded'

/** A transfer that was judged and not made; remembered, so that its key gets the same answer again. */
export interface RefusedTransfer {
  readonly toAccountId: string
  readonly amount: string
  readonly reason: RefusalReason
}

/** What became of a transfer. `repeated`: that is the answer to an earlier request with the same key. */
export type TransferOutcome =
  | { readonly outcome: 'made'; readonly repeated: boolean; readonly transfer: Transfer }
  | { readonly outcome: 'refused'; readonly repeated: boolean; readonly refusal: RefusedTransfer }
  | { readonly outcome: 'unknown-account' }

/** The most that an account can hold: DECIMAL(19,2). */
export const maxBalance = '99999999999999999.99'
