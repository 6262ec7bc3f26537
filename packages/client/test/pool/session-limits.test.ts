import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/cluster/cluster.js'
import type { ClusterOptions } from '../../src/cluster/options.js'
import { caught } from '../fixture/caught.js'

const url = await freshDatabase()
const clusters: Cluster[] = []
afterAll(() => Promise.all(clusters.map(cluster => cluster.close({ deadlineMs: 100 }))))

function open(options: ClusterOptions): Cluster {
  const cluster = new Cluster({ connectionString: url, ...options })
  clusters.push(cluster)
  return cluster
}

it('statementTimeoutMs ends statements on the server', async () => {
  const cluster = open({ statementTimeoutMs: 100 })
  expect(await caught(cluster.query('SELECT pg_sleep(30)'))).toMatchObject({ code: '57014' })
  expect(cluster.pool.totalCount).toBe(1)
})

it('lockTimeoutMs ends waiting for a lock, with an error of its own', async () => {
  const cluster = open({ lockTimeoutMs: 100 })
  await cluster.query('CREATE TABLE locked (id INT8 PRIMARY KEY, n INT8)')
  await cluster.query('INSERT INTO locked VALUES (1, 0)')
  await cluster.transaction(async tx => {
    await tx.query('UPDATE locked SET n = 1 WHERE id = 1')
    expect(await caught(cluster.query('UPDATE locked SET n = 2 WHERE id = 1'))).toMatchObject({
      code: 'CERCI_LOCK_NOT_AVAILABLE',
      sqlState: '55P03',
    })
  })
})

it('idleInTransactionTimeoutMs ends a session that forgot its transaction; the transaction is run again', async () => {
  const cluster = open({ idleInTransactionTimeoutMs: 100 })
  await cluster.query('CREATE TABLE idle (id INT8 PRIMARY KEY)')
  const attempt = await cluster.transaction(async tx => {
    await tx.query('INSERT INTO idle VALUES (1)')
    if (tx.attempt === 1) await sleep(500)
    await tx.query('INSERT INTO idle VALUES (2)')
    return tx.attempt
  })
  expect(attempt).toBe(2)
  expect((await cluster.query('SELECT id FROM idle ORDER BY id')).rows).toEqual([{ id: '1' }, { id: '2' }])
})

it('connections opened together do not end together: each lives up to a fifth less than maxLifetimeMs', async () => {
  const cluster = open({ max: 10, min: 10, maxLifetimeMs: 100_000 })
  const before = Date.now()
  await cluster.warmUp()
  const lives = [...cluster.pool.connections.clients].map(client => client.expiresAt - before)
  expect(lives.length).toBe(10)
  expect(new Set(lives).size).toBeGreaterThan(5)
  for (const life of lives) {
    expect(life).toBeGreaterThanOrEqual(80_000)
    expect(life).toBeLessThanOrEqual(100_000 + Date.now() - before)
  }
})
