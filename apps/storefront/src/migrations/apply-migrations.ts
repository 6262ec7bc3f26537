import type { Queryable } from 'cerci'
import type { Migration } from './read-migrations.js'

/**
 * Applies what was not applied yet, one statement at a time outside of transactions, as CockroachDB wants schema changes
 * (https://www.cockroachlabs.com/docs/v26.2/online-schema-changes), and records each. After a failure it goes on with the statement that failed.
 * What is only for multi-region databases is left for the day on which this is one. Returns how many statements were applied.
 */
export async function applyMigrations(db: Queryable, migrations: readonly Migration[]): Promise<number> {
  await db.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
    name STRING NOT NULL,
    statement INT4 NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (name, statement)
  )`)
  const { rows } = await db.query<{ step: string }>(
    `SELECT name || '/' || statement::STRING AS step FROM schema_migrations`,
  )
  const applied = new Set(rows.map(({ step }) => step))
  const regional = await hasRegions(db)
  let count = 0
  for (const { name, statements, multiRegion } of migrations) {
    if (multiRegion && !regional) continue
    for (const [index, statement] of statements.entries()) {
      if (applied.has(`${name}/${index + 1}`)) continue
      await db.query(statement)
      await db.query('INSERT INTO schema_migrations (name, statement) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        name,
        index + 1,
      ])
      count += 1
    }
  }
  return count
}

/** https://www.cockroachlabs.com/docs/v26.2/show-regions */
async function hasRegions(db: Queryable): Promise<boolean> {
  const { rows } = await db.query('SHOW REGIONS FROM DATABASE')
  return rows.length > 0
}
