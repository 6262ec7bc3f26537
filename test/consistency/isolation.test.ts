import { Cluster } from 'cerci'
import { expect, test } from 'vitest'
import { freshDatabase } from '../fixture/cluster.js'
import { seededRandom } from '../fixture/seeded-random.js'
import { checkLists } from './checker/check-lists.js'
import type { Anomaly, AnomalyKind } from './checker/history.js'
import { ListWorkload } from './workload/list-workload.js'

const WORKERS = 6
/** Transactions after which a write skew must have come up, where it is allowed. */
const TRANSACTIONS = 420

/** All that is made of something read which another one then overwrote. */
const allowedByReadCommitted: readonly AnomalyKind[] = ['write skew', 'read skew', 'lost update', 'stale order']

async function anomaliesUnder(isolation: 'serializable' | 'read committed'): Promise<Anomaly[]> {
  const cluster = new Cluster({ connectionString: await freshDatabase(), max: WORKERS })
  const lists = new ListWorkload(cluster, { random: seededRandom(7), isolation, moves: 'skewed' })
  await lists.open()
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      for (let n = 0; n < TRANSACTIONS / WORKERS; n++) await lists.step()
    }),
  )
  const history = await lists.history()
  await cluster.close()
  expect(lists.answers.unexpected).toEqual([])
  expect(history.attempts.filter(({ outcome }) => outcome === 'committed')).toHaveLength(TRANSACTIONS)
  return checkLists(history)
}

test('write skew happens at READ COMMITTED, as it may, and the checker finds it; nothing worse happens', async () => {
  const kinds = (await anomaliesUnder('read committed')).map(({ kind }) => kind)
  expect(kinds).toContain('write skew')
  expect(kinds.filter(kind => !allowedByReadCommitted.includes(kind))).toEqual([])
})

test('the same transactions show no anomaly at SERIALIZABLE', async () => {
  expect(await anomaliesUnder('serializable')).toEqual([])
})
