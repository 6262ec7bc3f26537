import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('posts')
    .addColumn('id', 'uuid', column => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('user_id', 'uuid', column => column.notNull().references('users.id'))
    .addColumn('title', 'text', column => column.notNull())
    .addColumn('published', 'boolean', column => column.notNull().defaultTo(true))
    .addColumn('views', 'int8', column => column.notNull().defaultTo(0))
    .addColumn('created_at', 'timestamptz', column => column.notNull().defaultTo(sql`now()`))
    .execute()
  await db.schema.createIndex('posts_by_user').on('posts').columns(['user_id', 'created_at desc', 'id desc']).execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('posts').execute()
}
