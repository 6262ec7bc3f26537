/** A balance that transfers change; it is never negative. */
export interface Account {
  readonly id: string
  /** Null once the user was erased. */
  readonly userId: string | null
  /** Exact decimal with two digits after the point, as a string. */
  readonly balance: string
  readonly createdAt: Date
}

/** One transfer as seen from one account. */
export interface StatementEntry {
  readonly transferId: string
  /** The account on the other side. */
  readonly counterpartyId: string
  /** Signed exact decimal: negative when money left the account. */
  readonly amount: string
  readonly createdAt: Date
}
