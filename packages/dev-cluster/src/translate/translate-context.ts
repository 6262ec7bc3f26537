import type { CatalogSnapshot } from '../catalog/snapshot.js'
import type { ClusterState } from '../topology/cluster-state.js'
import type { ClusterActivity } from './activity/activity.js'

/** What the meaning of a statement depends on, beside its text. */
export interface TranslateContext {
  readonly catalog: CatalogSnapshot
  /** The catalog of another database; undefined when it has to be loaded first. */
  readonly catalogOf: (database: string) => CatalogSnapshot | undefined
  readonly cluster: ClusterState
  readonly session: TranslateSession
  /** What runs on the cluster; asked only by statements about it, for it takes a look at every session. */
  readonly activity: () => ClusterActivity
}

export interface TranslateSession {
  readonly database: string
  readonly user: string
  /** The client's own search path, `$user` already replaced. */
  readonly searchPath: readonly string[]
  readonly nodeId: number
  /** The savepoints of its transaction, the outermost first. */
  readonly savepoints: () => readonly string[]
  /** Current value of a session variable as SHOW prints it. */
  readonly variable: (name: string) => string
}
