import { type Cluster, withMigrationLock } from 'cerci'
import type { QueryInterface } from 'sequelize'
import { SequelizeStorage, Umzug } from 'umzug'
import { openSequelize } from './database.js'
import { migrations } from './migrations/migrations.js'

/** Umzug has no lock of its own, and two that start together would run every migration twice. */
export async function migrate(cluster: Cluster): Promise<void> {
  const { sequelize } = openSequelize(cluster)
  const umzug = new Umzug<QueryInterface>({
    migrations: [...migrations],
    context: sequelize.getQueryInterface(),
    storage: new SequelizeStorage({ sequelize }),
    logger: undefined,
  })
  try {
    await withMigrationLock(cluster, 'umzug', lock => {
      umzug.on('migrating', () => lock.assertHeld()) // a lock is lost with its connection
      return umzug.up()
    })
  } finally {
    await sequelize.close()
  }
}
