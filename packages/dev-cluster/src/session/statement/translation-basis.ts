import type { CatalogSnapshot } from '../../catalog/snapshot.js'
import type { ClusterState } from '../../topology/cluster-state.js'
import type { Translation } from '../../translate/translation.js'
import type { SessionContext } from '../session-context.js'
import type { VariablesStamp } from '../session-variables.js'

/**
 * What a translation was made from. Its parts are never changed, only replaced, so that comparing it costs nothing: a
 * statement that was prepared long ago can be checked each time it is bound.
 */
export interface TranslationBasis {
  readonly catalog: CatalogSnapshot | undefined
  readonly cluster: ClusterState
  readonly variables: VariablesStamp
  readonly searchPath: readonly string[]
  /** The transaction's phase, for a SHOW, which may print it. */
  readonly phase: string | undefined
  /** Shows what runs now: never current. */
  readonly live: boolean
}

export function basisOf(context: SessionContext, { tag, live }: Translation): TranslationBasis {
  const { services, database, variables, watcher, transaction } = context
  return {
    catalog: services.catalogs.peek(database),
    cluster: services.state(),
    variables: variables.stamp(),
    searchPath: watcher.searchPath,
    phase: tag === 'SHOW' ? (transaction?.phase ?? 'none') : undefined,
    live: live === true,
  }
}

/** Whether a statement would be translated from the same now. */
export function isCurrent(basis: TranslationBasis, context: SessionContext): boolean {
  const { services, database, variables, watcher, transaction } = context
  return (
    !basis.live &&
    basis.catalog !== undefined &&
    basis.catalog === services.catalogs.peek(database) &&
    basis.cluster === services.state() &&
    variables.isAt(basis.variables) &&
    basis.searchPath === watcher.searchPath &&
    (basis.phase === undefined || basis.phase === (transaction?.phase ?? 'none'))
  )
}
