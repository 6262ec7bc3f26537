import { rulesNeeded } from '../../latency/asked-ranges.js'
import { closedUntilMs } from '../../placement/closed-time.js'
import { rangeState } from '../../placement/range-state.js'
import type { TableAccess } from '../../placement/table-access.js'
import { isWhole } from '../../topology/reach.js'
import { parseDurationMs } from '../../variables/parse-duration.js'
import type { SessionContext } from '../session-context.js'
import { nodeOf } from './range-travel.js'

/**
 * Until when the replicas near the gateway know all that a statement reads, in microseconds since the Unix epoch; undefined while they hear of
 * every write. Where the text does not say which regions or partitions it reads, all count.
 */
export function resolvedMicros(context: SessionContext, accesses: readonly TableAccess[]): number | undefined {
  const cluster = context.services.state()
  if (isWhole(cluster)) return undefined
  const gateway = nodeOf(context, cluster)
  const closed = accesses
    .flatMap(access => {
      const { home } = access
      return home.kind !== 'whole' && home.search === 'told' ? [...home.rules.values()] : rulesNeeded(access, gateway)
    })
    .flatMap(rules => closedUntilMs(rangeState(rules, cluster), gateway, cluster, closedLagMs(context)) ?? [])
  return closed.length === 0 ? undefined : Math.min(...closed) * 1000
}

/** How far closed times are behind the present. https://www.cockroachlabs.com/docs/v26.2/cluster-settings */
export function closedLagMs({ services }: Pick<SessionContext, 'services'>): number {
  return parseDurationMs(services.setting('kv.closed_timestamp.target_duration')) ?? 0
}
