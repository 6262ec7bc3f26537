import type { Cluster } from 'cerci'
import { knexOptions } from 'cerci/knex'
import knex, { type Knex } from 'knex'
import { migrations } from './migrations/migrations.js'

/** Knex on the cluster. `db.destroy()` leaves the cluster open. */
export function openKnex(cluster: Cluster): Knex {
  const options = knexOptions(cluster)
  return knex({ ...options, migrations: { ...options.migrations, migrationSource: migrations } })
}
