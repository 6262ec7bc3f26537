import { readdir, readFile } from 'node:fs/promises'
import { type Cluster, withMigrationLock } from 'cerci'

/** Applies the files that were not applied yet: one statement at a time, each its own transaction, as CockroachDB wants schema changes. */
export async function migrate(cluster: Cluster): Promise<void> {
  await withMigrationLock(cluster, 'example', async lock => {
    await cluster.query(
      'CREATE TABLE IF NOT EXISTS migrations (file STRING, statement INT8, PRIMARY KEY (file, statement))',
    )
    for (const file of (await readdir(folder)).toSorted()) {
      const text = await readFile(new URL(file, folder), 'utf8')
      for (const [index, statement] of text.split(/;\n/).entries()) {
        const step = [file, index]
        const { rowCount } = await cluster.query('SELECT 1 FROM migrations WHERE file = $1 AND statement = $2', step)
        if (statement.trim() === '' || rowCount === 1) continue
        lock.assertHeld()
        await cluster.query(statement)
        await cluster.query('INSERT INTO migrations (file, statement) VALUES ($1, $2)', step)
      }
    }
  })
}

const folder = new URL('../migrations/', import.meta.url)
