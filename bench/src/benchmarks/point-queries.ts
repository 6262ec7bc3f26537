import { randomUUID } from 'node:crypto'
import { Cluster } from 'cerci'
import { Pool } from 'pg'
import { closedLoop } from '../measure/closed-loop.js'
import { interleave } from '../measure/interleave.js'
import { report } from '../measure/report.js'
import type { Server } from '../server.js'
import { prepareRows } from './rows.js'

const ROWS = 10_000
const ROUND_MS = 1_000
const ROUNDS = 7
/** Connections of each pool; both clients get the same. */
const CONNECTIONS = 10

/** SELECT by key and single-row INSERT through `cerci`, and through plain `pg.Pool` on one node of the same server. */
export async function pointQueries(server: Server): Promise<void> {
  const plain = new Pool({ connectionString: server.firstUrl, max: CONNECTIONS })
  const cluster = new Cluster({ connectionString: server.url, max: CONNECTIONS })
  try {
    const ids = await prepareRows(plain, ROWS)
    const select = 'SELECT id, v FROM bench_kv WHERE id = $1'
    const insert = 'INSERT INTO bench_kv (id, v) VALUES ($1, $2)'
    for (const concurrency of [1, 20, 100]) {
      const measure = (operation: (index: number) => Promise<unknown>) => () =>
        closedLoop(operation, concurrency, ROUND_MS)
      report(
        `point SELECT, concurrency ${concurrency}`,
        await interleave(
          [
            { name: 'pg.Pool', measure: measure(index => plain.query(select, [ids[index % ROWS]])) },
            { name: 'cerci', measure: measure(index => cluster.query(select, [ids[index % ROWS]])) },
          ],
          ROUNDS,
        ),
      )
      report(
        `single-row INSERT, concurrency ${concurrency}`,
        await interleave(
          [
            { name: 'pg.Pool', measure: measure(() => plain.query(insert, [randomUUID(), 'some text'])) },
            { name: 'cerci', measure: measure(() => cluster.query(insert, [randomUUID(), 'some text'])) },
          ],
          ROUNDS,
        ),
      )
    }
  } finally {
    await Promise.all([plain.end(), cluster.close()])
  }
}
