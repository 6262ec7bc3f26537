import { fileURLToPath } from 'node:url'
import type { Example } from '@cerci/example-service'
import { applyMigrations } from 'cerci/drizzle'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { openDrizzle } from './database.js'
import { DrizzleUserService } from './drizzle-user-service.js'

const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url))

export const example: Example = {
  migrate: cluster => applyMigrations(cluster, readMigrationFiles({ migrationsFolder })),
  open: cluster => Promise.resolve(new DrizzleUserService(cluster, openDrizzle(cluster))),
}
