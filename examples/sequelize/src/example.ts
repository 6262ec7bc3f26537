import type { Example } from '@cerci/example-service'
import { openSequelize } from './database.js'
import { migrate } from './migrate.js'
import { SequelizeUserService } from './sequelize-user-service.js'

export const example: Example = {
  migrate,
  open: cluster => Promise.resolve(new SequelizeUserService(openSequelize(cluster))),
}
