import { type Client, DatabaseError } from 'pg'
import { describe, expect, it } from 'vitest'
import { checkLists } from '../../../../../test/consistency/checker/check-lists.js'
import type { Attempt, ListStep } from '../../../../../test/consistency/checker/history.js'
import { seededRandom } from '../../../../../test/fixture/seeded-random.js'
import { sessionCluster } from '../session-cluster.js'

const WORKERS = 6
const TRANSACTIONS = 25
const LISTS = 4

const cluster = await sessionCluster(2)
await cluster.useFreshDatabase()

async function readList(client: Client, key: number): Promise<number[]> {
  const text = 'SELECT v FROM lists WHERE id = $1'
  const { rows } = await client.query<{ v: string }>({ name: 'read', text, values: [key] })
  return parseList(rows[0]?.v ?? '')
}

function parseList(text: string): number[] {
  return text === '' ? [] : text.split(',').map(Number)
}

async function append(client: Client, key: number, id: number): Promise<void> {
  await client.query("UPDATE lists SET v = CASE v WHEN '' THEN $2::text ELSE v || ',' || $2::text END WHERE id = $1", [
    key,
    String(id),
  ])
}

/** One transaction of a few reads and appends. */
async function transact(client: Client, id: number, next: () => number): Promise<Attempt> {
  const steps: ListStep[] = []
  const attempt = { id, steps, invokedAt: performance.now() }
  try {
    await client.query('BEGIN')
    for (let step = 0; step < 2 + Math.floor(next() * 3); step++) {
      const key = Math.floor(next() * LISTS)
      if (next() < 0.5) steps.push({ kind: 'read', key, list: await readList(client, key) })
      else {
        const value = id * 10 + step
        await append(client, key, value)
        steps.push({ kind: 'append', key, value })
      }
    }
    await client.query('COMMIT')
    return { ...attempt, outcome: 'committed', completedAt: performance.now() }
  } catch (error) {
    if (!asksToRetry(error)) throw error
    await client.query('ROLLBACK')
    return { ...attempt, outcome: 'aborted', completedAt: performance.now() }
  }
}

function asksToRetry(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '40001' && error.message.startsWith('restart transaction')
}

describe('transactions of many clients', () => {
  it.each([1, 2])('are serializable, however the gateway replays them (seed %i)', async seed => {
    const setUp = await cluster.connect()
    await setUp.query('DROP TABLE IF EXISTS lists')
    await setUp.query("CREATE TABLE lists (id int8 PRIMARY KEY, v text NOT NULL DEFAULT '')")
    for (let id = 0; id < LISTS; id++) await setUp.query('INSERT INTO lists (id) VALUES ($1)', [id])
    const attempts: Attempt[] = []
    let lastId = 0
    await Promise.all(
      Array.from({ length: WORKERS }, async (_, worker) => {
        const client = await cluster.connect({ node: 1 + (worker % 2) })
        const next = seededRandom(seed * 1000 + worker)
        for (let n = 0; n < TRANSACTIONS; n++) attempts.push(await transact(client, ++lastId, next))
      }),
    )
    const { rows } = await setUp.query<{ id: string; v: string }>('SELECT id, v FROM lists')
    const final = new Map(rows.map(({ id, v }) => [Number(id), parseList(v)]))
    expect(checkLists({ attempts, final })).toEqual([])
    expect(attempts).toHaveLength(WORKERS * TRANSACTIONS)
    const committed = attempts.filter(({ outcome }) => outcome === 'committed')
    expect(committed.length).toBeGreaterThan(WORKERS * TRANSACTIONS * 0.3)
  })
})
