import type { Cluster } from 'cerci'
import type { UserService } from './user-service.js'

/** What an example exports, so that one suite and one tour fit all. */
export interface Example {
  /** Makes or updates the schema, with the ORM's own migrations. May run at the same time elsewhere. */
  migrate(cluster: Cluster): Promise<void>
  /** Opens the service. Whoever opened the cluster closes it. */
  open(cluster: Cluster): Promise<UserService & AsyncDisposable>
}
