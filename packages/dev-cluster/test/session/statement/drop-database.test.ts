import { expect, it } from 'vitest'
import { sessionCluster } from '../session-cluster.js'

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

it('leaves a session that drops its own database in another, with its prepared statements', async () => {
  const client = await cluster.connect()
  await client.query('CREATE DATABASE own')
  await client.query('USE own')
  await client.query('CREATE TABLE things (id INT PRIMARY KEY)')
  const prepared = { name: 'where', text: 'SELECT current_database() AS name' }
  expect((await client.query(prepared)).rows).toEqual([{ name: 'own' }])
  await client.query({ name: 'things', text: 'SELECT id FROM things' })
  await client.query('DROP DATABASE own')
  expect((await client.query(prepared)).rows).toEqual([{ name: 'system' }])
  await client.query('CREATE DATABASE own')
})

it('refuses one with tables under RESTRICT, and without CASCADE under sql_safe_updates', async () => {
  const client = await cluster.connect()
  for (const name of ['hollow', 'full']) await client.query(`CREATE DATABASE ${name}`)
  await client.query('USE full')
  await client.query('CREATE TABLE things (id INT PRIMARY KEY)')
  await client.query('USE defaultdb')
  await expect(client.query('DROP DATABASE full RESTRICT')).rejects.toMatchObject({
    code: '2BP01',
    message: 'database "full" is not empty and RESTRICT was specified',
  })
  await client.query('DROP DATABASE hollow RESTRICT')
  await client.query('SET sql_safe_updates = on')
  await expect(client.query('DROP DATABASE full')).rejects.toMatchObject({
    code: '01000',
    message: 'rejected (sql_safe_updates = true): DROP DATABASE on non-empty database without explicit CASCADE',
  })
  await client.query('DROP DATABASE full CASCADE')
})
