import { Cluster, insertMany } from 'cerci'
import { Pool } from 'pg'
import { interleave } from '../measure/interleave.js'
import { report } from '../measure/report.js'
import { timed } from '../measure/timed.js'
import type { Server } from '../server.js'

const ROWS = 100_000
/** Row by row is measured on fewer, or a round would take minutes; throughput is what is compared. */
const ROWS_ONE_BY_ONE = 5_000
const ROUNDS = 5

/** 100,000 rows by `insertMany`, against one INSERT per row in one transaction of plain `pg`. */
export async function bulkInsert(server: Server): Promise<void> {
  const plain = new Pool({ connectionString: server.firstUrl, max: 1 })
  const cluster = new Cluster({ connectionString: server.url, max: 4 })
  await plain.query('DROP TABLE IF EXISTS bench_bulk')
  await plain.query(
    'CREATE TABLE bench_bulk (id INT8 PRIMARY KEY, name STRING NOT NULL, amount DECIMAL(19,2) NOT NULL)',
  )
  const empty = () => plain.query('TRUNCATE bench_bulk')
  try {
    const comparisons = await interleave(
      [
        {
          name: 'pg, one INSERT per row in a transaction',
          measure: async () => {
            await empty()
            return timed(ROWS_ONE_BY_ONE, () => oneByOne(plain))
          },
        },
        {
          name: 'cerci insertMany',
          measure: async () => {
            await empty()
            return timed(ROWS, () => insertMany(cluster, 'bench_bulk', rows(ROWS)))
          },
        },
      ],
      ROUNDS,
    )
    report('bulk insert, rows per second', comparisons)
  } finally {
    await Promise.all([plain.end(), cluster.close()])
  }
}

async function oneByOne(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    for (const { id, name, amount } of rows(ROWS_ONE_BY_ONE)) {
      await client.query('INSERT INTO bench_bulk (id, name, amount) VALUES ($1, $2, $3)', [id, name, amount])
    }
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}

function* rows(count: number): Generator<{ id: number; name: string; amount: string }> {
  for (let id = 0; id < count; id++) yield { id, name: `customer ${id}`, amount: `${id % 1000}.25` }
}
