import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, numeric, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const id = uuid().primaryKey().defaultRandom()
const createdAt = timestamp('created_at', { withTimezone: true }).notNull().defaultNow()

/** DECIMAL is text, INT8 a `bigint` or, where it surely fits, a number: exact. */
const money = { precision: 19, scale: 2 } as const

export const users = pgTable('users', {
  id,
  email: text().notNull().unique(),
  name: text().notNull(),
  version: bigint({ mode: 'number' }).notNull().default(1),
  createdAt,
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
})

export const accounts = pgTable(
  'accounts',
  {
    id,
    userId: uuid('user_id')
      .notNull()
      .unique()
      .references(() => users.id),
    balance: numeric(money).notNull().default('0'),
  },
  table => [check('accounts_balance', sql`${table.balance} >= 0`)],
)

export const transfers = pgTable(
  'transfers',
  {
    id: uuid().primaryKey(),
    fromId: uuid('from_id')
      .notNull()
      .references(() => accounts.id),
    toId: uuid('to_id')
      .notNull()
      .references(() => accounts.id),
    amount: numeric(money).notNull(),
    createdAt,
  },
  table => [index('transfers_from').on(table.fromId), index('transfers_to').on(table.toId)],
)

export const posts = pgTable(
  'posts',
  {
    id,
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id),
    title: text().notNull(),
    published: boolean().notNull().default(true),
    views: bigint({ mode: 'bigint' }).notNull().default(0n),
    createdAt,
  },
  table => [index('posts_by_user').on(table.userId, table.createdAt.desc(), table.id.desc())],
)

export const products = pgTable('products', { sku: text().primaryKey(), stock: bigint({ mode: 'number' }).notNull() })

export const orders = pgTable('orders', {
  id,
  userId: uuid('user_id')
    .notNull()
    .references(() => users.id),
  createdAt,
})

export const orderItems = pgTable(
  'order_items',
  {
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    sku: text()
      .notNull()
      .references(() => products.sku),
    quantity: bigint({ mode: 'number' }).notNull(),
  },
  table => [primaryKey({ columns: [table.orderId, table.sku] }), index('order_items_by_sku').on(table.sku)],
)
