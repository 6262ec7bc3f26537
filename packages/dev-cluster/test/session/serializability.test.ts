import { type Client, DatabaseError } from 'pg'
import { describe, expect, it } from 'vitest'
import { findAnomaly, type ListTransaction } from './list-append-history.js'
import { sessionCluster } from './session-cluster.js'

const WORKERS = 6
const TRANSACTIONS = 25
const LISTS = 4

const cluster = await sessionCluster(2)
await cluster.useFreshDatabase()

/** Seeded, so that a failing run can be repeated as far as its timing allows. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

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

/** One transaction of a few reads and appends; undefined when it had to be given up. */
async function transact(client: Client, id: number, next: () => number): Promise<ListTransaction | undefined> {
  const reads: { key: number; list: number[] }[] = []
  const appends: number[] = []
  try {
    await client.query('BEGIN')
    for (let step = 0; step < 2 + Math.floor(next() * 3); step++) {
      const key = Math.floor(next() * LISTS)
      if (next() < 0.5) reads.push({ key, list: await readList(client, key) })
      else if (!appends.includes(key)) {
        await append(client, key, id)
        appends.push(key)
      }
    }
    await client.query('COMMIT')
    return { id, reads, appends }
  } catch (error) {
    if (!asksToRetry(error)) throw error
    await client.query('ROLLBACK')
    return undefined
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
    const committed: ListTransaction[] = []
    let [lastId, givenUp] = [0, 0]
    await Promise.all(
      Array.from({ length: WORKERS }, async (_, worker) => {
        const client = await cluster.connect({ node: 1 + (worker % 2) })
        const next = random(seed * 1000 + worker)
        for (let n = 0; n < TRANSACTIONS; n++) {
          const done = await transact(client, ++lastId, next)
          if (done === undefined) givenUp++
          else committed.push(done)
        }
      }),
    )
    const { rows } = await setUp.query<{ id: string; v: string }>('SELECT id, v FROM lists')
    const final = new Map(rows.map(({ id, v }) => [Number(id), parseList(v)]))
    expect(findAnomaly(committed, final)).toBeUndefined()
    expect(committed.length + givenUp).toBe(WORKERS * TRANSACTIONS)
    expect(committed.length).toBeGreaterThan(WORKERS * TRANSACTIONS * 0.3)
  })
})
