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
  /** The same key, from the same account, never moves money twice. */
  readonly idempotencyKey: string
}

/** What became of a transfer. `repeated` carries the transfer that was made earlier under the same key. */
export type TransferOutcome =
  | { readonly outcome: 'moved' | 'repeated'; readonly transfer: Transfer }
  | { readonly outcome: 'unknown-account' | 'insufficient-funds' }
