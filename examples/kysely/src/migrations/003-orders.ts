import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('products')
    .addColumn('sku', 'text', column => column.primaryKey())
    .addColumn('stock', 'int8', column => column.notNull().check(sql`stock >= 0`))
    .execute()
  await db.schema
    .createTable('orders')
    .addColumn('id', 'uuid', column => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('user_id', 'uuid', column => column.notNull().references('users.id'))
    .addColumn('created_at', 'timestamptz', column => column.notNull().defaultTo(sql`now()`))
    .execute()
  await db.schema.createIndex('orders_by_user').on('orders').column('user_id').execute()
  await db.schema
    .createTable('order_items')
    .addColumn('order_id', 'uuid', column => column.notNull().references('orders.id'))
    .addColumn('sku', 'text', column => column.notNull().references('products.sku'))
    .addColumn('quantity', 'int8', column => column.notNull().check(sql`quantity > 0`))
    .addPrimaryKeyConstraint('order_items_pkey', ['order_id', 'sku'])
    .execute()
  await db.schema.createIndex('order_items_by_sku').on('order_items').column('sku').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['order_items', 'orders', 'products']) await db.schema.dropTable(table).execute()
}
