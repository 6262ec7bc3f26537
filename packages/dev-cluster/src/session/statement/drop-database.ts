import type { TranslationEffect } from '../../translate/translation.js'
import type { SessionContext } from '../session-context.js'
import type { Preparation } from './statement-preparation.js'
import { moveToDatabase } from './use-database.js'

/** Where a session is left whose database it has dropped: a database that always is, and in which nobody looks for tables of their own. */
const REFUGE = 'system'

const ANYTHING = `SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'c') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'crdb_internal', 'pg_extension') LIMIT 1`

/** Frees a database that is about to be dropped. https://www.cockroachlabs.com/docs/v26.2/drop-database */
export async function prepareDropDatabase(
  context: SessionContext,
  { dropDatabase: name, mustBeEmpty }: Extract<TranslationEffect, { readonly dropDatabase: string }>,
): Promise<Preparation> {
  const { services } = context
  if (mustBeEmpty !== undefined && (await services.engine.query(name, ANYTHING)).length > 0)
    return { kind: 'refuse', error: mustBeEmpty }
  if (name === context.database) {
    const moved = await moveToDatabase(context, REFUGE)
    if (moved.kind !== 'run') return moved
  }
  await services.releaseDatabase(name)
  return { kind: 'run' }
}
