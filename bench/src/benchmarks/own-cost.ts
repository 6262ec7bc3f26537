import { randomUUID } from 'node:crypto'
import { Cluster } from 'cerci'
import { Pool } from 'pg'
import { closedLoop } from '../measure/closed-loop.js'
import { interleave } from '../measure/interleave.js'
import { MinimalClient } from '../measure/minimal-client.js'
import { report } from '../measure/report.js'
import type { Server } from '../server.js'
import { prepareRows } from './rows.js'

const CONNECTIONS = 10
const ROUND_MS = 1_000
const ROUNDS = 9

/**
 * CPU of a statement through `cerci` beyond what the least of clients needs for the same socket work: as many connections, as many callers,
 * one write and one read a statement. So pipelining, which saves socket work, is off.
 */
export async function ownCost(server: Server): Promise<void> {
  const plain = new Pool({ connectionString: server.firstUrl, max: CONNECTIONS })
  const cluster = new Cluster({ connectionString: server.firstUrl, max: CONNECTIONS, pipelining: false })
  const ids = await prepareRows(plain, 10_000)
  const id = (index: number) => ids[index % ids.length] ?? ''
  const statements = [
    { title: 'point SELECT', text: 'SELECT id, v FROM bench_kv WHERE id = $1', values: (at: number) => [id(at)] },
    {
      title: 'single-row INSERT',
      text: 'INSERT INTO bench_kv (id, v) VALUES ($1, $2)',
      values: () => [randomUUID(), 'some text'],
    },
  ]
  try {
    for (const { title, text, values } of statements) {
      const clients = await Promise.all(
        Array.from({ length: CONNECTIONS }, () => MinimalClient.open(server.firstUrl, text)),
      )
      // As many callers as connections, so that neither has a line of waiting callers to keep.
      const free = [...clients]
      const minimal = async (index: number): Promise<void> => {
        const client = free.pop()
        if (client === undefined) throw new Error('more callers than connections')
        await client.run(values(index))
        free.push(client)
      }
      const comparisons = await interleave(
        [
          { name: 'minimal client', measure: () => closedLoop(minimal, CONNECTIONS, ROUND_MS) },
          {
            name: 'cerci',
            measure: () => closedLoop(index => cluster.query(text, values(index)), CONNECTIONS, ROUND_MS),
          },
          {
            name: 'pg.Pool',
            measure: () => closedLoop(index => plain.query(text, values(index)), CONNECTIONS, ROUND_MS),
          },
        ],
        ROUNDS,
      )
      report(`${title}, concurrency ${CONNECTIONS}`, comparisons)
      // Other work on the machine can only add to CPU time, so the least disturbed rounds are shown as well.
      for (const of of ['median', 'min'] as const) {
        const [least = 0, cerci = 0, pool = 0] = comparisons.map(
          ({ cpuMicrosPerOperation }) => cpuMicrosPerOperation[of],
        )
        console.log(`\nown cost, µs CPU a statement, by ${of}: cerci ${(cerci - least).toFixed(1)}`)
        console.log(`pg.Pool ${(pool - least).toFixed(1)}; the minimal client itself takes ${least.toFixed(1)}`)
      }
      for (const client of clients) client.close()
    }
  } finally {
    await Promise.all([plain.end(), cluster.close()])
  }
}
