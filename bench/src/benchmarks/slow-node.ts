import { Cluster } from 'cerci'
import { Pool } from 'pg'
import { closedLoop } from '../measure/closed-loop.js'
import { interleave } from '../measure/interleave.js'
import { report } from '../measure/report.js'
import type { Server } from '../server.js'
import { prepareRows } from './rows.js'

const CONCURRENCY = 20
const ROUND_MS = 1_000
const ROUNDS = 7

/** Point SELECTs over three healthy nodes, and over the same with one of them 5 ms slower. */
export async function slowNode(server: Server): Promise<void> {
  if (!server.adminUrl) return console.log('\nskipped: making a node slow needs a dev cluster')
  const plain = new Pool({ connectionString: server.firstUrl, max: 1 })
  const cluster = new Cluster({ connectionString: server.url, max: 30 })
  const ids = await prepareRows(plain, 10_000)
  const select = () =>
    closedLoop(
      index => cluster.query('SELECT id, v FROM bench_kv WHERE id = $1', [ids[index % ids.length]]),
      CONCURRENCY,
      ROUND_MS,
    )
  const faults = `${server.adminUrl}/api/faults`
  const rule = { id: 'slow', node: 2, stage: 'statement', effect: { kind: 'delay', ms: 5 } }
  try {
    const comparisons = await interleave(
      [
        { name: 'three healthy nodes', measure: select },
        {
          name: 'one 5 ms slower',
          measure: async () => {
            await request(faults, 'PUT', { rules: [rule] })
            try {
              return await select()
            } finally {
              await request(faults, 'DELETE')
            }
          },
        },
      ],
      ROUNDS,
    )
    report(`point SELECT, concurrency ${CONCURRENCY}, with a slow node`, comparisons)
  } finally {
    await Promise.all([plain.end(), cluster.close()])
  }
}

async function request(url: string, method: string, body?: object): Promise<void> {
  const response = await fetch(url, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`)
}
