import type { Migration, MigrationProvider } from 'kysely'
import * as users from './001-users.js'
import * as posts from './002-posts.js'
import * as orders from './003-orders.js'

const all: Readonly<Record<string, Migration>> = { '001-users': users, '002-posts': posts, '003-orders': orders }

/** The migrations as modules, so that they run from source and when built. https://kysely.dev/docs/migrations */
export const migrations: MigrationProvider = { getMigrations: () => Promise.resolve({ ...all }) }
