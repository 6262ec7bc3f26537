import { serializeStartup } from '@cerci/wire'
import { describe, expect, it } from 'vitest'
import { type RawClient, startupBytes } from '../raw-client.js'
import { sessionCluster } from '../session-cluster.js'
import { summarize } from '../summarize.js'

const cluster = await sessionCluster(2)

async function refusal(parameters: Record<string, string>): Promise<string[]> {
  const client = await cluster.openRaw()
  client.socket.write(startupBytes(parameters))
  return summarize(await client.untilClosed())
}

async function show(client: RawClient, variable: string): Promise<string> {
  const row = (await client.query(`SHOW ${variable}`)).filter(({ name }) => name === 'DataRow')
  return summarize(row).join().replace('DataRow ', '')
}

describe('startup', () => {
  it('answers SSLRequest and GSSENCRequest with no, and goes on', async () => {
    const client = await cluster.openRaw()
    for (const name of ['SSLRequest', 'GSSENCRequest'] as const) {
      const answer = client.nextBytes()
      client.socket.write(serializeStartup({ name }))
      expect((await answer).toString()).toBe('N')
    }
    const greeting = await client.start({ user: 'root', database: 'defaultdb' })
    expect(greeting[0]).toEqual({ name: 'Authentication', request: { kind: 'Ok' } })
  })

  it("reports CockroachDB's parameters, and none of PostgreSQL's others", async () => {
    const client = await cluster.openRaw()
    const greeting = await client.start({ user: 'root', database: 'defaultdb', application_name: 'a test' })
    const parameters = Object.fromEntries(
      greeting.flatMap(message => (message.name === 'ParameterStatus' ? [[message.parameter, message.value]] : [])),
    )
    expect(parameters).toEqual({
      server_version: '13.0.0',
      server_encoding: 'UTF8',
      client_encoding: 'UTF8',
      DateStyle: 'ISO, MDY',
      IntervalStyle: 'postgres',
      TimeZone: 'UTC',
      integer_datetimes: 'on',
      standard_conforming_strings: 'on',
      is_superuser: 'on',
      session_authorization: 'root',
      application_name: 'a test',
      crdb_version: expect.stringMatching(/^CockroachDB CCL v26\.2/),
    })
  })

  it('gives each session a key that names its node', async () => {
    const keys = await Promise.all(
      [1, 2].map(async node => {
        const client = await cluster.openRaw(node)
        const greeting = await client.start({ user: 'root', database: 'defaultdb' })
        return greeting.find(message => message.name === 'BackendKeyData')
      }),
    )
    expect(keys.map(key => (key?.processId ?? 0) >> 20)).toEqual([1, 2])
    expect(keys[0]?.secretKey).not.toBe(keys[1]?.secretKey)
  })

  it('takes the default database when none is named', async () => {
    const client = await cluster.openRaw()
    await client.start({ user: 'root' })
    expect(summarize(await client.query('SELECT current_database()'))).toContain('DataRow defaultdb')
  })

  it('negotiates protocol 3.2 and protocol options down to 3.0', async () => {
    const client = await cluster.openRaw()
    client.socket.write(startupBytes({ user: 'root', '_pq_.wishes': 'x' }, 2))
    const [first] = await client.untilReady()
    expect(first).toEqual({
      name: 'NegotiateProtocolVersion',
      version: 0x00030000,
      unrecognizedOptions: ['_pq_.wishes'],
    })
    expect(summarize(await client.query('SELECT 1'))).toContain('DataRow 1')
  })

  it('sets variables from options in each of their spellings', async () => {
    const options = String.raw`-c statement_timeout=5s --lock-timeout=250 -cdistsql=off --cluster=lazy-cat-12 -c application_name=two\ words`
    const client = await cluster.connectRaw({ parameters: { options } })
    const shown: string[] = []
    for (const name of ['statement_timeout', 'lock_timeout', 'distsql', 'application_name'])
      shown.push(await show(client, name))
    expect(shown).toEqual(['5000', '250', 'off', 'two words'])
  })

  it('sets variables from parameters of their own, which win over options', async () => {
    const client = await cluster.connectRaw({
      parameters: { options: '-c statement_timeout=5s', statement_timeout: '7s', nonsense: '1' },
    })
    expect(await show(client, 'statement_timeout')).toBe('7000')
  })

  it("shows a client its own search path, though the overlay's schemas follow it", async () => {
    const client = await cluster.connectRaw({ parameters: { search_path: 'a, "B"' } })
    expect(await show(client, 'search_path')).toBe('a, "B"')
    expect(summarize(await client.query('SELECT gateway_region()'))).toContain('DataRow region-1')
  })

  it('takes the defaults of role and database, the most particular first, and what the client asks for before all', async () => {
    const admin = await cluster.connect()
    await admin.query('CREATE ROLE strict LOGIN')
    await cluster.engine.query('system', "ALTER ROLE ALL SET crdb.autocommit_before_ddl = 'off'")
    const asked = async (parameters: Record<string, string>): Promise<string[]> => {
      const client = await cluster.connectRaw({ parameters })
      return summarize(await client.query('COMMIT'))
    }
    const error = 'ErrorResponse 25P01 there is no transaction in progress'
    expect(await asked({ user: 'strict' })).toContain(error)
    expect(await asked({ user: 'strict', autocommit_before_ddl: 'on' })).toContain('CommandComplete COMMIT')
    await cluster.engine.query('system', "ALTER ROLE strict SET crdb.autocommit_before_ddl = 'on'")
    expect(await asked({ user: 'strict' })).toContain('CommandComplete COMMIT')
    await cluster.engine.query('system', 'ALTER ROLE ALL RESET crdb.autocommit_before_ddl')
  })

  it('tells PostgreSQL which node and session it works for', async () => {
    const client = await cluster.connectRaw({ node: 2 })
    expect(await show(client, 'node_id')).toBe('2')
    expect(await show(client, 'locality')).toBe('region=region-2,zone=region-2a')
    expect(await show(client, 'session_id')).toBe(cluster.gateway.sessions()[0]?.id)
    expect(summarize(await client.query('SELECT gateway_region()'))).toContain('DataRow region-2')
  })

  it.each([
    [{ user: 'root', database: 'nowhere' }, 'ErrorResponse 3D000 database "nowhere" does not exist'],
    [{ user: 'root', database: 'template1' }, 'ErrorResponse 3D000 database "template1" does not exist'],
    [{ user: 'nobody' }, 'ErrorResponse 28000 password authentication failed for user nobody'],
    [{ user: 'cerci' }, 'ErrorResponse 28000 password authentication failed for user cerci'],
    [{ user: 'root', node_id: '7' }, 'ErrorResponse 55P02 parameter "node_id" cannot be changed'],
    [
      { user: 'root', options: '-x' },
      'ErrorResponse 22023 option "-x" is invalid, must be written -c name=value or --name=value',
    ],
    [{ user: 'root', client_encoding: 'LATIN1' }, 'ErrorResponse 0A000 unimplemented client encoding: "LATIN1"'],
    [{ user: 'root', replication: 'database' }, 'ErrorResponse 0A000 unimplemented: replication connections'],
    [
      { user: 'root', results_buffer_size: 'much' },
      'ErrorResponse 22023 error parsing "results_buffer_size" value "much"',
    ],
    [{ user: 'root', timezone: 'Nowhere/Land' }, expect.stringContaining('ErrorResponse 22023')],
    [{ database: 'defaultdb' }, 'ErrorResponse 28000 no SQL user name specified in startup packet'],
  ])('refuses %o', async (parameters, error) => {
    expect(await refusal(parameters as Record<string, string>)).toEqual([error])
  })

  it('accepts the encoding under the names drivers use', async () => {
    for (const client_encoding of ['UTF8', "'utf-8'", 'unicode'])
      await cluster.connectRaw({ parameters: { client_encoding } })
    expect(cluster.gateway.sessions().length).toBeGreaterThan(0)
  })
})
