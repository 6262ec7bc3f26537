import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('posts', table => {
    table.uuid('id').primary().defaultTo(knex.fn.uuid())
    table.uuid('user_id').notNullable().references('users.id')
    table.text('title').notNullable()
    table.boolean('published').notNullable().defaultTo(true)
    table.bigInteger('views').notNullable().defaultTo(0)
    table.timestamp('created_at').notNullable().defaultTo(knex.fn.now())
  })
  // Knex has no descending indexes.
  await knex.schema.raw('CREATE INDEX posts_by_user ON posts (user_id, created_at DESC, id DESC)')
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('posts')
}
