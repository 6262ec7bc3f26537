import type { Example } from '@cerci/example-service'
import { Migrator } from 'kysely'
import { openKysely } from './database.js'
import { KyselyUserService } from './kysely-user-service.js'
import { migrations } from './migrations/migrations.js'

export const example: Example = {
  migrate: async cluster => {
    const { error } = await new Migrator({ db: openKysely(cluster), provider: migrations }).migrateToLatest()
    if (error !== undefined) throw error
  },
  open: cluster => Promise.resolve(new KyselyUserService(cluster, openKysely(cluster))),
}
