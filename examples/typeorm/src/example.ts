import type { Example } from '@cerci/example-service'
import { runMigrations } from 'cerci/typeorm'
import { openDataSource } from './data-source.js'
import { TypeOrmUserService } from './typeorm-user-service.js'

export const example: Example = {
  migrate: async cluster => {
    const dataSource = await openDataSource(cluster)
    try {
      await runMigrations(cluster, dataSource)
    } finally {
      await dataSource.destroy()
    }
  },
  open: async cluster => new TypeOrmUserService(cluster, await openDataSource(cluster)),
}
