import type { Catalogs } from '../catalog/catalogs.js'
import type { Engine } from '../engine/engine.js'
import type { FaultAction, FaultProbe } from '../faults/fault-injector.js'
import type { History } from '../history/history.js'
import type { JobLog } from '../jobs/job-log.js'
import type { ConnectionSecurity } from '../security/connection-security.js'
import type { SessionInfo } from '../session/session-info.js'
import type { ClusterState } from '../topology/cluster-state.js'
import type { TranslateContext } from '../translate/translate-context.js'
import type { Translation } from '../translate/translation.js'

/** What the gateway needs of the rest of the dev cluster. */
export interface GatewayServices {
  readonly engine: Pick<Engine, 'socketPath' | 'superuser' | 'query'>
  readonly catalogs: Pick<Catalogs, 'current' | 'peek' | 'invalidate' | 'invalidateAll' | 'forget'>
  readonly translator: StatementTranslator
  readonly faults: Faults
  readonly history: Pick<History, 'watch' | 'unwatch' | 'snapshotAt' | 'noteChange'>
  readonly jobs: JobLog
  /** Set when connections must be encrypted and authenticated. */
  readonly security?: ConnectionSecurity
  /** Closes what the dev cluster itself has open in a database, so that it can be dropped. */
  releaseDatabase(database: string): Promise<void>
  /** The cluster as it is now. */
  state(): ClusterState
  /** A cluster setting as SHOW CLUSTER SETTING prints it. */
  setting(name: string): string
  /**
   * Carries out SET CLUSTER SETTING after its statement succeeded. The value `default` resets it.
   *
   * @throws {SqlError} when the setting is unknown or the value does not fit
   */
  setSetting(name: string, value: string): void
  /** Carries out CONFIGURE ZONE of one of the cluster's own zones; undefined takes the configuration away. */
  setZone(target: string, fields: Readonly<Record<string, string>> | undefined): void
  /** Takes a line for the log of the tool. */
  readonly log: (line: string) => void
}

/** What a session needs beside that: the other sessions of the cluster, on whichever node. */
export interface SessionServices extends GatewayServices {
  sessions(): readonly SessionInfo[]
  /** @returns whether there was such a query */
  cancelQuery(queryId: string): boolean
  /** @returns whether there was such a session */
  cancelSession(sessionId: string): boolean
}

/** The translator as a session sees it. */
export interface StatementTranslator {
  cached(text: string, context: TranslateContext): readonly Translation[] | undefined
  /** @throws {SqlError} */
  translate(text: string, context: TranslateContext, from?: number): readonly Translation[]
}

/** The fault injector as a session sees it. */
export interface Faults {
  /** False while there are no rules, so that nothing is asked per statement. */
  readonly active: boolean
  decide(probe: FaultProbe): readonly FaultAction[]
  /** Notes what really happened to a commit that was answered as ambiguous. */
  recordTruth(id: string, committed: boolean): void
}

/** What a listener stands for. */
export interface GatewayNode {
  readonly id: number
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly region: string
  readonly zone: string
}
