import type { StatementNode } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { Translation } from '../translation.js'

/**
 * The statements for which CockroachDB runs a job, and its type; creating a table or a role, and rights, need none.
 * Source: https://www.cockroachlabs.com/docs/v26.2/online-schema-changes
 */
const jobTypes: Readonly<Partial<Record<StatementNode['kind'], string>>> = {
  'alter-database': 'SCHEMA CHANGE',
  'alter-index': 'NEW SCHEMA CHANGE',
  'alter-table': 'NEW SCHEMA CHANGE',
  'create-index': 'NEW SCHEMA CHANGE',
  'drop-database': 'NEW SCHEMA CHANGE',
  'drop-index': 'NEW SCHEMA CHANGE',
  'drop-object': 'NEW SCHEMA CHANGE',
  truncate: 'SCHEMA CHANGE',
}

export function jobOf(statement: StatementNode, rewrite: Rewrite): Pick<Translation, 'job'> {
  const type = jobTypes[statement.kind]
  return type === undefined ? {} : { job: { type, description: rewrite.source(statement) } }
}
