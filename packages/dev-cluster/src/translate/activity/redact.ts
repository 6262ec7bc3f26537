import { fingerprint, SqlSyntaxError } from '@cerci/sql'
import type { ClusterRelation, ClusterValue } from '../cluster/cluster-relation.js'

/** VIEWACTIVITYREDACTED takes constants away from who has VIEWACTIVITY as well; admins and one's own statements are exempt. */
const hidesConstants = `user_name <> current_user AND NOT pg_catalog.pg_has_role(current_user, 'admin', 'MEMBER')
  AND crdb_internal.cerci_has_system_privilege('VIEWACTIVITYREDACTED')`

interface Redactable {
  readonly columns: ClusterRelation['columns']
  readonly rows: readonly (readonly ClusterValue[])[]
  /** Names of the columns that hold statements. */
  readonly redacted: readonly string[]
}

/**
 * Puts statements without their constants beside those with them, and chooses between the two in SQL, since only PostgreSQL knows who
 * the user is by then.
 */
export function withRedacted({ columns, rows, redacted }: Redactable): Redactable & { readonly select: string } {
  const places = redacted.map(name => columns.findIndex(([column]) => column === name))
  return {
    redacted,
    columns: [...columns, ...redacted.map(name => [`${name}_redacted`, 'text'] as const)],
    rows: rows.map(row => [...row, ...places.map(at => withoutConstants(row[at] ?? null))]),
    select: columns
      .map(([name]) =>
        redacted.includes(name)
          ? `CASE WHEN ${hidesConstants} THEN "${name}_redacted" ELSE "${name}" END AS "${name}"`
          : `"${name}"`,
      )
      .join(', '),
  }
}

/** What cannot be taken apart is one constant. */
function withoutConstants(statement: ClusterValue): ClusterValue {
  if (typeof statement !== 'string') return statement
  try {
    return fingerprint(statement)
  } catch (error) {
    if (error instanceof SqlSyntaxError) return '_'
    throw error
  }
}
