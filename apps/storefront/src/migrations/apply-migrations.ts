import type { Queryable } from 'cerci'
import { applyStep, createMigrationTable, hasRegions, listAppliedSteps } from '../repositories/migration-repository.js'
import type { Migration } from './read-migrations.js'

/**
 * Applies what was not applied yet, one statement at a time outside of transactions, as CockroachDB wants schema changes
 * (https://www.cockroachlabs.com/docs/v26.2/online-schema-changes), and records each. After a failure it goes on with the statement that failed.
 * What is only for multi-region databases is left for the day on which this is one. Returns how many statements were applied.
 */
export async function applyMigrations(db: Queryable, migrations: readonly Migration[]): Promise<number> {
  await createMigrationTable(db)
  const applied = await listAppliedSteps(db)
  const regional = await hasRegions(db)
  let count = 0
  for (const { name, statements, multiRegion } of migrations) {
    if (multiRegion && !regional) continue
    for (const [index, statement] of statements.entries()) {
      if (applied.has(`${name}/${index + 1}`)) continue
      await applyStep(db, name, index + 1, statement)
      count += 1
    }
  }
  return count
}
