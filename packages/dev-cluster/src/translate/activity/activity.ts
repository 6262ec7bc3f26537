import type { JobInfo } from '../../jobs/job-log.js'
import type { SessionInfo } from '../../session/session-info.js'

/** What runs on the cluster at the moment, and what has run. */
export interface ClusterActivity {
  readonly sessions: readonly SessionInfo[]
  readonly jobs: readonly JobInfo[]
}
