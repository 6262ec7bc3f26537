import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', 'uuid', column => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('email', 'text', column => column.notNull().unique())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('version', 'int8', column => column.notNull().defaultTo(1))
    .addColumn('created_at', 'timestamptz', column => column.notNull().defaultTo(sql`now()`))
    .addColumn('deleted_at', 'timestamptz')
    .execute()
  await db.schema
    .createTable('accounts')
    .addColumn('id', 'uuid', column => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('user_id', 'uuid', column => column.notNull().unique().references('users.id'))
    .addColumn('balance', 'decimal(19, 2)', column => column.notNull().defaultTo(0).check(sql`balance >= 0`))
    .execute()
  await db.schema
    .createTable('transfers')
    .addColumn('id', 'uuid', column => column.primaryKey())
    .addColumn('from_id', 'uuid', column => column.notNull().references('accounts.id'))
    .addColumn('to_id', 'uuid', column => column.notNull().references('accounts.id'))
    .addColumn('amount', 'decimal(19, 2)', column => column.notNull().check(sql`amount > 0`))
    .addColumn('created_at', 'timestamptz', column => column.notNull().defaultTo(sql`now()`))
    .execute()
  await db.schema.createIndex('transfers_from').on('transfers').column('from_id').execute()
  await db.schema.createIndex('transfers_to').on('transfers').column('to_id').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['transfers', 'accounts', 'users']) await db.schema.dropTable(table).execute()
}
