import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('users', table => {
    table.uuid('id').primary().defaultTo(knex.fn.uuid())
    table.text('email').notNullable().unique()
    table.text('name').notNullable()
    table.bigInteger('version').notNullable().defaultTo(1)
    table.timestamp('created_at').notNullable().defaultTo(knex.fn.now())
    table.timestamp('deleted_at')
  })
  await knex.schema.createTable('accounts', table => {
    table.uuid('id').primary().defaultTo(knex.fn.uuid())
    table.uuid('user_id').notNullable().unique().references('users.id')
    table.decimal('balance', 19, 2).notNullable().defaultTo(0).checkBetween([0, 1e16])
  })
  await knex.schema.createTable('transfers', table => {
    table.uuid('id').primary()
    table.uuid('from_id').notNullable().references('accounts.id').index()
    table.uuid('to_id').notNullable().references('accounts.id').index()
    table.decimal('amount', 19, 2).notNullable().checkPositive()
    table.timestamp('created_at').notNullable().defaultTo(knex.fn.now())
  })
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['transfers', 'accounts', 'users']) await knex.schema.dropTable(table)
}
