import type { Example } from '@cerci/example-service'
import { migrate } from './migrate.js'
import { PgUserService } from './pg-user-service.js'

export const example: Example = {
  migrate,
  open: cluster => Promise.resolve(new PgUserService(cluster)),
}
