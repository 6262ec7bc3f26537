import type { Example } from '@cerci/example-service'
import { migrateToLatest } from 'cerci/knex'
import { openKnex } from './database.js'
import { KnexUserService } from './knex-user-service.js'

export const example: Example = {
  migrate: cluster => migrateToLatest(cluster, openKnex(cluster)),
  open: cluster => Promise.resolve(new KnexUserService(cluster, openKnex(cluster))),
}
