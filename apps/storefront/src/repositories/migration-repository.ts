import type { Queryable } from 'cerci'

/** Where applied statements are recorded. */
export async function createMigrationTable(db: Queryable): Promise<void> {
  await db.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
    name STRING NOT NULL,
    statement INT4 NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (name, statement)
  )`)
}

/** `NNN-name/1`, `NNN-name/2`, … */
export async function listAppliedSteps(db: Queryable): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ step: string }>(
    `SELECT name || '/' || statement::STRING AS step FROM schema_migrations`,
  )
  return new Set(rows.map(({ step }) => step))
}

/** Runs a statement of a migration, outside of transactions, and records it. An index on millions of rows takes as long as it takes. */
export async function applyStep(db: Queryable, name: string, number: number, statement: string): Promise<void> {
  await db.query({ text: statement, timeoutMs: 'unlimited' })
  await db.query('INSERT INTO schema_migrations (name, statement) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    name,
    number,
  ])
}

/** Whether the database is a multi-region one. https://www.cockroachlabs.com/docs/v26.2/show-regions */
export async function hasRegions(db: Queryable): Promise<boolean> {
  const { rows } = await db.query('SHOW REGIONS FROM DATABASE')
  return rows.length > 0
}
