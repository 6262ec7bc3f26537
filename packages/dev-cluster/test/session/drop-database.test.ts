import { expect, it } from 'vitest'
import { sessionCluster } from './session-cluster.js'

const cluster = await sessionCluster()

it('waits for what the gateway itself reads in the database', async () => {
  const client = await cluster.connect()
  await client.query('CREATE DATABASE doomed')
  const reading = cluster.engine.query('doomed', 'SELECT pg_sleep(0.2)::text AS slept')
  // The reading has begun when its session is there to be in the way.
  await expect
    .poll(() => cluster.engine.query('system', "SELECT state FROM pg_stat_activity WHERE datname = 'doomed'"))
    .toEqual([{ state: 'active' }])
  await client.query('DROP DATABASE doomed')
  expect(await reading).toHaveLength(1)
  const left = await client.query("SELECT datname FROM pg_database WHERE datname = 'doomed'")
  expect(left.rows).toEqual([])
})

it('ends the sessions of clients', async () => {
  const [client, other] = await Promise.all([cluster.connect(), cluster.connect()])
  await client.query('CREATE DATABASE occupied')
  other.on('error', () => undefined)
  await other.query('USE occupied')
  await client.query('DROP DATABASE occupied')
  await expect(other.query('SELECT 1')).rejects.toBeInstanceOf(Error)
})
