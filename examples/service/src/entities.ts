export interface User {
  readonly id: string
  readonly email: string
  readonly name: string
  /** Counts the changes; `renameUser` wants the one that was read. */
  readonly version: number
}

export interface NewUser {
  readonly email: string
  readonly name: string
}

/** One for each user. */
export interface Account {
  readonly id: string
  /** Exact, with two decimals: `12.30`. */
  readonly balance: string
}

export interface Post {
  readonly id: string
  readonly title: string
  readonly published: boolean
  /** Exact beyond 2^53. */
  readonly views: bigint
  readonly createdAt: Date
}

export interface UserDetails extends User {
  readonly account: Account
  /** The newest first. */
  readonly posts: readonly Post[]
}

export interface PostPage {
  readonly posts: readonly Post[]
  /** For the page that follows; undefined on the last one. */
  readonly next: string | undefined
}

export interface OrderItem {
  readonly sku: string
  readonly quantity: number
}

export interface Order {
  readonly id: string
  /** What was ordered and is in stock. */
  readonly items: readonly OrderItem[]
  /** What is not. */
  readonly refused: readonly OrderItem[]
}

export interface NewTransfer {
  /** A UUID chosen by the caller, by which the transfer is found again. */
  readonly id: string
  readonly from: string
  readonly to: string
  readonly amount: string
}

export interface Credit {
  readonly accountId: string
  readonly amount: string
}
