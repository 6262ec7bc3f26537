import { printClusterRelation } from '../cluster/cluster-relation.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { activityRelations } from './activity-relations.js'
import { withRedacted } from './redact.js'

/**
 * A relation about what runs now, as a SELECT of the rows that the user may see; undefined when there is none of that name. The
 * translation holds for one execution.
 */
export function printActivity(name: string, rewrite: Rewrite): string | undefined {
  const onNode = name.startsWith('node_')
  const relation = activityRelations.get(onNode ? name.replace('node_', 'cluster_') : name)
  if (!relation) return undefined
  rewrite.live = true
  const { columns, visible, rows, redacted = [] } = relation
  const { activity } = rewrite.context
  const extended = withRedacted({ columns, redacted, rows: rows(activity()) })
  const all = printClusterRelation({ columns: extended.columns, rows: () => extended.rows }, rewrite.context)
  const here = onNode ? ` AND node_id = ${rewrite.context.session.nodeId}` : ''
  return `SELECT ${extended.select} FROM (${all}) AS activity WHERE (${visible})${here}`
}
