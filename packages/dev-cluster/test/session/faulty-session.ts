import { afterEach, beforeEach } from 'vitest'
import type { CommitTruth, FaultRule } from '../../src/faults/fault.js'
import { type SessionCluster, sessionCluster } from './session-cluster.js'

/** A cluster of a test file's own, whose faults a test injects, and for each test a new table `f (id)`. */
export interface FaultySession {
  readonly cluster: SessionCluster
  /** Adds a rule, in the place of the one before. */
  readonly inject: (rule: Omit<FaultRule, 'id'>) => void
  /** What became of the last commit that was made ambiguous. */
  readonly lastTruth: () => CommitTruth
  /** Rows in the table, counted without faults. */
  readonly count: () => Promise<number>
}

export async function faultySession(): Promise<FaultySession> {
  const cluster = await sessionCluster()
  await cluster.useFreshDatabase()
  beforeEach(async () => {
    const client = await cluster.connect()
    await client.query('DROP TABLE IF EXISTS f')
    await client.query('CREATE TABLE f (id int8 PRIMARY KEY)')
  })
  afterEach(() => cluster.faults.clear())
  return {
    cluster,
    inject(rule) {
      cluster.faults.add({ id: 'under-test', ...rule })
    },
    lastTruth() {
      const truth = cluster.faults.truths().at(-1)
      if (truth === undefined) throw new Error('no commit was ambiguous')
      return truth
    },
    async count() {
      cluster.faults.clear()
      const client = await cluster.connect()
      return Number((await client.query<{ count: string }>('SELECT count(*) FROM f')).rows[0]?.count)
    },
  }
}

/** A write to the table. */
export const insert = 'INSERT INTO f VALUES (1)'
