import { Cluster, Pages } from 'cerci'
import type { Server } from '../server.js'

const ROWS = 1_000_000
const SAMPLE_EVERY = 100_000

/** Streams a million rows, and prints the heap in use (after a collection, when run with --expose-gc) along the way: it must stay flat. */
export async function streamedRows(server: Server): Promise<void> {
  const cluster = new Cluster({ connectionString: server.url, max: 4 })
  await cluster.query('DROP TABLE IF EXISTS bench_stream')
  await cluster.query('CREATE TABLE bench_stream (id INT8 PRIMARY KEY, name STRING NOT NULL)')
  await cluster.query(
    "INSERT INTO bench_stream SELECT i, 'row ' || i::STRING FROM generate_series(1, $1::INT8) AS g(i)",
    [ROWS],
  )
  const listing = new Pages<{ id: string; name: string }>({
    text: 'SELECT id, name FROM bench_stream',
    orderBy: ['id'],
  })
  console.log('\n| rows read | heap used, MiB | seconds |\n|---|---|---|')
  const start = performance.now()
  let rows = 0
  let last = ''
  try {
    for await (const row of listing.stream(cluster)) {
      last = row.id
      if (++rows % SAMPLE_EVERY !== 0) continue
      globalThis.gc?.()
      const heap = process.memoryUsage().heapUsed / 2 ** 20
      console.log(`| ${rows} | ${heap.toFixed(1)} | ${((performance.now() - start) / 1000).toFixed(1)} |`)
    }
    if (rows !== ROWS || last !== String(ROWS)) throw new Error(`streamed ${rows} rows up to ${last}`)
  } finally {
    await cluster.close()
  }
}
