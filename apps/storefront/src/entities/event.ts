import type { OrderStatus } from './order.js'

/** What an event of an order carries. */
export interface OrderEventData {
  readonly orderId: string
  readonly userId: string
  readonly status: OrderStatus
  /** Exact decimal. */
  readonly total: string
  readonly version: number
}

/** Something that has happened, to be told at least once, in order for each key. */
export interface OutboxEvent {
  /** Events of one key are delivered one after the other. */
  readonly key: string
  /** Place in the order of its key; together they tell a repeated delivery. */
  readonly sequence: number
  readonly type: string
  readonly payload: OrderEventData
  readonly createdAt: Date
  /** Deliveries tried so far, this one included. */
  readonly attempts: number
}
