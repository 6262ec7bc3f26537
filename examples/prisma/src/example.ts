import { join } from 'node:path'
import type { Example } from '@cerci/example-service'
import { deployMigrations } from '@cerci/prisma-engine'
import { connect } from './connect.js'
import { PrismaUserService } from './prisma-user-service.js'

export const example: Example = {
  migrate: async cluster => {
    await deployMigrations(cluster, join(import.meta.dirname, '../prisma/migrations'))
  },
  open: cluster => Promise.resolve(new PrismaUserService(connect(cluster))),
}
