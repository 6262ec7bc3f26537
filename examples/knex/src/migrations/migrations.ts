import type { Knex } from 'knex'
import * as users from './001-users.js'
import * as posts from './002-posts.js'
import * as orders from './003-orders.js'

const all: Readonly<Record<string, Knex.Migration>> = { '001-users': users, '002-posts': posts, '003-orders': orders }

/** The migrations as modules, so that they run from source and when built. https://knexjs.org/guide/migrations.html#custom-migration-sources */
export const migrations: Knex.MigrationSource<string> = {
  getMigrations: () => Promise.resolve(Object.keys(all)),
  getMigrationName: name => name,
  getMigration: name => Promise.resolve(all[name] ?? Promise.reject(new Error(`There is no migration ${name}.`))),
}
