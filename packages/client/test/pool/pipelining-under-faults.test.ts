import { DevCluster } from '@cerci/dev-cluster'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { seededRandom } from '../../../../test/fixture/seeded-random.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { AmbiguousCommitError } from '../../src/errors/transaction-errors.js'
import { until } from '../fixture/caught.js'

const seed = Number(process.env.PIPELINE_SEED ?? Math.trunc(Math.random() * 2 ** 31))

/** What a random program knows of the statements it ran. */
class Account {
  readonly acknowledged = new Set<number>()
  readonly ambiguous = new Set<number>()
  readonly refused = new Set<number>()
  /** Additions to the shared counter: sure, and in doubt. */
  added = 0
  maybeAdded = 0
  timeouts = 0
  readonly surprises: unknown[] = []
}

const put = 'INSERT INTO notes (id, n) VALUES ($1, $2) RETURNING id, n'
const add = 'UPDATE counters SET n = n + $1 WHERE id = $2'
const get = 'SELECT id, n, $2::STRING AS token FROM notes WHERE id = $1'
const divide = 'SELECT 1 / ($1::INT8 - $1::INT8)'
const nap = 'SELECT pg_sleep($1), $2::INT8 AS n'

describeFaults('lone statements, pipelined, on a cluster that is hurt', () => {
  let dev: DevCluster
  let url: string
  beforeAll(async () => {
    dev = await DevCluster.start({ nodes: 3 })
    url = (await dev.createDatabase()).url
  })
  afterAll(() => dev.stop())

  it(`each get their own answer; what was acknowledged is there once, what was refused is not (PIPELINE_SEED=${seed})`, async () => {
    const random = seededRandom(seed)
    const cluster = new Cluster({ connectionString: url, max: 6, connectTimeoutMs: 1_000 })
    await cluster.query('CREATE TABLE notes (id INT8 PRIMARY KEY, n INT8 NOT NULL)')
    await cluster.query('CREATE TABLE counters (id INT8 PRIMARY KEY, n INT8 NOT NULL)')
    await cluster.query('INSERT INTO counters VALUES (0, 0), (1, 0), (2, 0), (3, 0)')
    dev.faults.add({
      id: 'retry',
      stage: 'statement',
      probability: 0.02,
      fingerprint: 'notes',
      effect: { kind: 'retry', reason: 'RETRY_SERIALIZABLE' },
    })
    const account = new Account()
    const load = { stop: false, next: 0, done: 0 }
    const workers = Array.from({ length: 24 }, async () => {
      for (; !load.stop; load.done++) await oneStatement(cluster, account, random, load)
    })
    for (const hurt of [
      () => dev.node(1).kill(),
      () => dev.node(1).start(),
      () => dev.node(2).drain(),
      () => dev.node(2).start(),
      () => dev.node(3).kill(),
      () => dev.node(3).start(),
    ]) {
      const before = load.done
      while (load.done < before + 400) await new Promise(resolve => setTimeout(resolve, 10))
      await hurt()
    }
    load.stop = true
    await Promise.all(workers)
    dev.faults.clear()

    expect(account.surprises).toEqual([])
    const { rows } = await cluster.query<{ id: string; n: string }>('SELECT id, n FROM notes')
    const present = new Map(rows.map(({ id, n }) => [Number(id), Number(n)]))
    for (const id of account.acknowledged) expect(present.get(id), `note ${id}`).toBe(id * 7)
    for (const id of account.refused) expect(present.has(id), `note ${id}`).toBe(false)
    for (const id of present.keys()) expect(account.acknowledged.has(id) || account.ambiguous.has(id)).toBe(true)
    const sum = await cluster.query<{ n: string }>('SELECT sum(n)::INT8 AS n FROM counters')
    const added = Number(sum.rows[0]?.n)
    expect(added).toBeGreaterThanOrEqual(account.added)
    expect(added).toBeLessThanOrEqual(account.added + account.maybeAdded)
    // It was about something: all kinds occurred, and statements shared connections.
    expect(account.acknowledged.size).toBeGreaterThan(100)
    expect(account.timeouts).toBeGreaterThan(0)
    await until('every connection is free', () => cluster.pool.idleCount === cluster.pool.totalCount)
    await cluster.close()
  }, 120_000)
})

async function oneStatement(
  cluster: Cluster,
  account: Account,
  random: () => number,
  load: { next: number },
): Promise<void> {
  const kind = random()
  if (kind < 0.35) await insert(cluster, account, ++load.next)
  else if (kind < 0.55) await increment(cluster, account, Math.trunc(random() * 4))
  else if (kind < 0.85) await read(cluster, account, random)
  else if (kind < 0.93) await fail(cluster, account, ++load.next)
  else if (kind < 0.97) await timeOut(cluster, account, random)
  else await transact(cluster, account, ++load.next)
}

async function insert(cluster: Cluster, account: Account, id: number): Promise<void> {
  try {
    const { rows } = await cluster.query(put, [id, id * 7])
    account.acknowledged.add(id)
    if (JSON.stringify(rows) !== JSON.stringify([{ id: String(id), n: String(id * 7) }])) account.surprises.push(rows)
  } catch (error) {
    if (error instanceof AmbiguousCommitError) account.ambiguous.add(id)
    else account.surprises.push(error)
  }
}

async function increment(cluster: Cluster, account: Account, id: number): Promise<void> {
  try {
    const { rowCount } = await cluster.query(add, [1, id])
    account.added++
    if (rowCount !== 1) account.surprises.push({ rowCount })
  } catch (error) {
    if (error instanceof AmbiguousCommitError) account.maybeAdded++
    else account.surprises.push(error)
  }
}

/** A read sees what was acknowledged before it, and its own token. */
async function read(cluster: Cluster, account: Account, random: () => number): Promise<void> {
  const ids = [...account.acknowledged]
  const id = ids[Math.trunc(random() * ids.length)] ?? 0
  const token = String(random())
  try {
    const { rows } = await cluster.query(get, [id, token])
    const expected = id === 0 ? [] : [{ id: String(id), n: String(id * 7), token }]
    if (JSON.stringify(rows) !== JSON.stringify(expected)) account.surprises.push({ rows, expected })
  } catch (error) {
    account.surprises.push(error)
  }
}

/** Errors of the kind that was asked for, and no others; a row that violates a constraint is not there. */
async function fail(cluster: Cluster, account: Account, id: number): Promise<void> {
  for (const [text, values, code] of [
    [divide, [id], '22012'],
    [put, [id, null], 'CERCI_NOT_NULL_VIOLATION'],
  ] as const) {
    try {
      account.surprises.push((await cluster.query(text, [...values])).rows)
    } catch (error) {
      const known = error instanceof Error && 'code' in error ? error.code : undefined
      if (error instanceof AmbiguousCommitError) return
      if (known !== code) account.surprises.push(error)
    }
  }
  account.refused.add(id)
}

/** Its own time limit strikes it, and nobody else: nobody else expects 57014. */
async function timeOut(cluster: Cluster, account: Account, random: () => number): Promise<void> {
  try {
    await cluster.query({ text: nap, values: [random() * 0.02, 1], timeoutMs: 1 + random() * 20 })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'CERCI_QUERY_TIMEOUT') account.timeouts++
    else if (code !== 'CERCI_AMBIGUOUS_COMMIT' && code !== 'CERCI_CONNECTION_LOST' && code !== 'CERCI_NODE_DRAINING')
      account.surprises.push(error)
  }
}

/** A transaction among them, which must not meet a lone statement on its connection. */
async function transact(cluster: Cluster, account: Account, id: number): Promise<void> {
  try {
    await cluster.transaction(async tx => {
      await tx.query(put, [id, 0])
      await tx.query('UPDATE notes SET n = $1 WHERE id = $2', [id * 7, id])
    })
    account.acknowledged.add(id)
  } catch (error) {
    if (error instanceof AmbiguousCommitError) account.ambiguous.add(id)
    else account.surprises.push(error)
  }
}
