import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { DevCluster } from '../../src/dev-cluster.js'
import type { FaultRule } from '../../src/faults/fault.js'
import { ambiguousCommits, cutConnections, lostReplies, retryErrors } from '../../src/faults/fault-rules.js'

const TRANSACTIONS = 60

/** Every effect that a client hears of, each in a share of the statements. */
const plan: readonly FaultRule[] = [
  retryErrors({ fingerprint: 'INSERT', probability: 0.15 }),
  retryErrors({ stage: 'commit', reason: 'RETRY_WRITE_TOO_OLD', probability: 0.1 }),
  ambiguousCommits({ probability: 0.15 }),
  cutConnections('statement', { fingerprint: 'SELECT', probability: 0.1 }),
  lostReplies({ fingerprint: 'INSERT', probability: 0.1 }),
  {
    id: 'memory',
    stage: 'statement',
    effect: { kind: 'error', code: '53200', message: 'out of memory' },
    probability: 0.1,
  },
  {
    id: 'full',
    stage: 'connect',
    effect: { kind: 'error', code: '53300', message: 'sorry, too many clients already' },
    probability: 0.3,
  },
]

/** What a client hears that runs the same transactions under the plan: one line a statement, in order. */
async function hear(faultSeed?: string): Promise<{ heard: string[]; seed: string }> {
  await using cluster = await DevCluster.start({ nodes: 1, ...(faultSeed !== undefined && { faultSeed }) })
  const setUp = await connect(cluster)
  await setUp.query('CREATE TABLE kept (id INT PRIMARY KEY)')
  await setUp.end()
  cluster.faults.add(...plan)
  const heard: string[] = []
  let client: Client | undefined
  for (let id = 0; id < TRANSACTIONS; id++) {
    for (const sql of ['CONNECT', 'BEGIN', `INSERT INTO kept VALUES (${id})`, 'SELECT count(*) FROM kept', 'COMMIT']) {
      const outcome = await attempt(async () => {
        if (sql !== 'CONNECT') await client?.query(sql)
        else client ??= await connect(cluster)
      }, cluster)
      heard.push(`${id} ${sql}: ${outcome}`)
      if (outcome === 'done') continue
      // As a client does: the transaction is given up, and a lost connection replaced.
      if (outcome === 'lost' || (await client?.query('ROLLBACK').catch(() => 'lost')) === 'lost') client = undefined
      break
    }
  }
  await client?.end()
  return { heard, seed: cluster.faults.seed }
}

async function connect(cluster: DevCluster): Promise<Client> {
  const client = new Client({ connectionString: cluster.node(1).url })
  client.on('error', () => undefined) // the query rejects as well
  await client.connect()
  return client
}

/** How it went: the message of an injected error, and of a commit in doubt what became of it. */
async function attempt(run: () => Promise<void>, cluster: DevCluster): Promise<string> {
  const failure: unknown = await run().then(
    () => undefined,
    (error: unknown) => error,
  )
  if (failure === undefined) return 'done'
  if (!(failure instanceof Error) || !('code' in failure) || typeof failure.code !== 'string') return 'lost'
  if (failure.code === 'ECONNRESET') return 'lost'
  const id = 'detail' in failure && typeof failure.detail === 'string' ? failure.detail : ''
  const truth = cluster.faults.truth(id)
  // Ids and times of transactions are those of the run.
  const message = failure.message.replace(/"sql txn" .*/, '')
  return `${failure.code} ${message} ${truth === undefined ? '' : `${id} committed: ${truth}`}`.trim()
}

describe('a plan of faults with a share of the statements', () => {
  test('strikes the same statements in every run with the same seed, and others with another', async () => {
    const { heard: first } = await hear('monday')
    expect((await hear('monday')).heard).toEqual(first)
    expect((await hear('tuesday')).heard).not.toEqual(first)
    // Not vacuous: every rule has struck, and none always.
    const all = first.join('\n')
    for (const part of ['RETRY_SERIALIZABLE', 'RETRY_WRITE_TOO_OLD', 'committed: true', 'committed: false', '53200'])
      expect(all).toContain(part)
    expect(all).toMatch(/INSERT INTO kept VALUES \(\d+\): lost/)
    expect(all).toContain('SELECT count(*) FROM kept: lost')
    expect(all).toContain('CONNECT: 53300')
    expect(first.filter(line => line.endsWith('COMMIT: done')).length).toBeGreaterThan(10)
  })

  test('repeats a run whose seed was random, by the seed that it tells', async () => {
    const { heard, seed } = await hear()
    expect((await hear(seed)).heard).toEqual(heard)
  })
})
