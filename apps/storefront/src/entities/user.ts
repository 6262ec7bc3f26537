import type { Account } from './account.js'
import type { OrderSummary } from './order.js'
import type { Role } from './session.js'

/** Somebody who orders and owns accounts. */
export interface User {
  readonly id: string
  /** Lower case; unique among users that are not deleted. */
  readonly email: string
  readonly name: string
  readonly role: Role
  /** Grows by one with every change; what `If-Match` compares. */
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface NewUser {
  readonly email: string
  readonly name: string
  readonly role: Role
}

/** A user with what belongs to it. */
export interface UserOverview {
  readonly user: User
  /** The latest hundred, newest first. */
  readonly accounts: readonly Account[]
  /** The latest ten, newest first. */
  readonly orders: readonly OrderSummary[]
}

/** Somebody who registers. */
export interface Registration {
  readonly email: string
  readonly name: string
  readonly password: string
}

/** What a user may change; an absent property stays as it is. */
export interface UserChanges {
  readonly email?: string
  readonly name?: string
}
