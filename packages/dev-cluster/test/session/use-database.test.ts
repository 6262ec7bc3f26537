import { beforeAll, describe, expect, it } from 'vitest'
import { sessionCluster } from './session-cluster.js'

const cluster = await sessionCluster()

beforeAll(async () => {
  const client = await cluster.connect()
  await client.query('CREATE DATABASE elsewhere')
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
