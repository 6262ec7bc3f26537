import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('products', table => {
    table.text('sku').primary()
    table.bigInteger('stock').notNullable().checkBetween([0, 1e9])
  })
  await knex.schema.createTable('orders', table => {
    table.uuid('id').primary().defaultTo(knex.fn.uuid())
    table.uuid('user_id').notNullable().references('users.id').index()
    table.timestamp('created_at').notNullable().defaultTo(knex.fn.now())
  })
  await knex.schema.createTable('order_items', table => {
    table.uuid('order_id').notNullable().references('orders.id')
    table.text('sku').notNullable().references('products.sku').index()
    table.bigInteger('quantity').notNullable().checkPositive()
    table.primary(['order_id', 'sku'])
  })
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['order_items', 'orders', 'products']) await knex.schema.dropTable(table)
}
