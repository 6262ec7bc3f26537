import { sql } from 'drizzle-orm'
import {
  bool,
  check,
  cockroachTable,
  decimal,
  index,
  int8,
  primaryKey,
  string,
  timestamp,
  uuid,
} from 'drizzle-orm/cockroach-core'

const id = uuid().primaryKey().defaultRandom()
const createdAt = timestamp('created_at', { withTimezone: true }).notNull().defaultNow()

/** DECIMAL is text, INT8 a `bigint` or, where it surely fits, a number: exact. */
const money = { precision: 19, scale: 2 } as const

export const users = cockroachTable('users', {
  id,
  email: string().notNull().unique(),
  name: string().notNull(),
  version: int8({ mode: 'number' }).notNull().default(1),
  createdAt,
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
})

export const accounts = cockroachTable(
  'accounts',
  {
    id,
    userId: uuid('user_id')
      .notNull()
      .unique()
      .references(() => users.id),
    balance: decimal(money).notNull().default('0'),
  },
  table => [check('accounts_balance', sql`${table.balance} >= 0`)],
)

export const transfers = cockroachTable(
  'transfers',
  {
    id: uuid().primaryKey(),
    fromId: uuid('from_id')
      .notNull()
      .references(() => accounts.id),
    toId: uuid('to_id')
      .notNull()
      .references(() => accounts.id),
    amount: decimal(money).notNull(),
    createdAt,
  },
  table => [index('transfers_from').on(table.fromId), index('transfers_to').on(table.toId)],
)

export const posts = cockroachTable(
  'posts',
  {
    id,
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id),
    title: string().notNull(),
    published: bool().notNull().default(true),
    views: int8({ mode: 'bigint' }).notNull().default(0n),
    createdAt,
  },
  table => [index('posts_by_user').on(table.userId, table.createdAt.desc(), table.id.desc())],
)

export const products = cockroachTable('products', {
  sku: string().primaryKey(),
  stock: int8({ mode: 'number' }).notNull(),
})

export const orders = cockroachTable('orders', {
  id,
  userId: uuid('user_id')
    .notNull()
    .references(() => users.id),
  createdAt,
})

export const orderItems = cockroachTable(
  'order_items',
  {
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    sku: string()
      .notNull()
      .references(() => products.sku),
    quantity: int8({ mode: 'number' }).notNull(),
  },
  table => [primaryKey({ columns: [table.orderId, table.sku] }), index('order_items_by_sku').on(table.sku)],
)
