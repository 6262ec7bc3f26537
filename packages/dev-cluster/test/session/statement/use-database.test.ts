import { beforeAll, describe, expect, it } from 'vitest'
import { sessionCluster } from '../session-cluster.js'

const cluster = await sessionCluster()

beforeAll(async () => {
  const client = await cluster.connect()
  await client.query('CREATE DATABASE elsewhere')
})

it('says which cluster it is, on every node and in every database', async () => {
  const client = await cluster.connect()
  for (const database of ['defaultdb', 'elsewhere']) {
    await client.query(`USE ${database}`)
    const { rows } = await client.query('SELECT crdb_internal.cluster_id() AS id')
    expect(rows).toEqual([{ id: cluster.topology.state.clusterId }])
  }
})

describe('USE', () => {
  it('moves the session, with its variables and its prepared statements', async () => {
    const client = await cluster.connect()
    await client.query("SET statement_timeout = '7s'")
    const prepared = { name: 'where', text: 'SELECT current_database() AS name' }
    expect((await client.query(prepared)).rows).toEqual([{ name: 'defaultdb' }])
    expect((await client.query('USE elsewhere')).command).toBe('SET')
    expect((await client.query(prepared)).rows).toEqual([{ name: 'elsewhere' }])
    expect((await client.query("SELECT current_setting('statement_timeout') AS t")).rows).toEqual([
      { t: expect.stringMatching(/^7/) },
    ])
    expect(cluster.gateway.sessions().map(({ database }) => database)).toContain('elsewhere')
  })

  it('keeps what was prepared after something that the other database cannot prepare', async () => {
    const client = await cluster.connect()
    await client.query('CREATE TABLE IF NOT EXISTS only_here (id INT PRIMARY KEY)')
    const [first, second] = [
      { name: 'first', text: 'SELECT id FROM only_here' },
      { name: 'second', text: 'SELECT 2::INT4 AS two' },
    ]
    for (const prepared of [first, second]) await client.query(prepared)
    await client.query('USE elsewhere')
    expect((await client.query(second)).rows).toEqual([{ two: 2 }])
    await expect(client.query(first)).rejects.toMatchObject({ code: '26000' })
  })

  it('says nothing: psql would print a notice at every USE', async () => {
    const client = await cluster.connect()
    const notices: string[] = []
    client.on('notice', ({ message }) => notices.push(message ?? ''))
    await client.query('USE elsewhere')
    await client.query('SET database = defaultdb')
    await client.query('SET search_path = public')
    expect(notices).toEqual([])
  })

  it('refuses a database that does not exist, and stays', async () => {
    const client = await cluster.connect()
    await expect(client.query('USE nowhere')).rejects.toMatchObject({ code: '3D000' })
    expect((await client.query('SELECT current_database() AS name')).rows).toEqual([{ name: 'defaultdb' }])
  })

  it('is refused inside a transaction', async () => {
    const client = await cluster.connect()
    await client.query('BEGIN')
    await expect(client.query('USE elsewhere')).rejects.toMatchObject({ code: '0A000' })
    await client.query('ROLLBACK')
  })

  it('leaves no backend behind', async () => {
    const client = await cluster.connect()
    await client.query('USE elsewhere')
    await client.query('USE defaultdb')
    await expect
      .poll(() => cluster.engine.query('system', "SELECT datname FROM pg_stat_activity WHERE usename = 'root'"))
      .toEqual([{ datname: 'defaultdb' }])
  })
})
