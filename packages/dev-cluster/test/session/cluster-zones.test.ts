import { expect, it } from 'vitest'
import { sessionCluster } from './session-cluster.js'

const cluster = await sessionCluster()

it('configures the ranges that everything else inherits from, for every session and database', async () => {
  const client = await cluster.connect()
  const other = await cluster.connect()
  const zoneOf = async (target: string) => {
    const { rows } = await other.query<{ target: string; raw_config_sql: string }>(
      `SHOW ZONE CONFIGURATION FROM ${target}`,
    )
    return rows[0]
  }
  await client.query('CREATE TABLE t (id INT PRIMARY KEY)')
  expect(await zoneOf('TABLE t')).toMatchObject({ raw_config_sql: expect.stringContaining('num_replicas = 3') })
  const configured = await client.query('ALTER RANGE default CONFIGURE ZONE USING num_replicas = 1, gc.ttlseconds = 60')
  expect(configured.command).toBe('CONFIGURE')
  const table = await zoneOf('TABLE t')
  expect(table?.target).toBe('RANGE default')
  expect(table?.raw_config_sql).toMatch(/gc\.ttlseconds = 60,\n\tnum_replicas = 1,/)
  expect(cluster.topology.state.zones.get('RANGE default')).toEqual({ num_replicas: '1', 'gc.ttlseconds': '60' })
  await client.query('DROP TABLE t')
})

it('configures the zones of the system itself', async () => {
  const client = await cluster.connect()
  const read = async (target: string) => (await client.query(`SHOW ZONE CONFIGURATION FROM ${target}`)).rows[0]
  expect(await read('RANGE timeseries')).toMatchObject({ target: 'RANGE default' })
  for (const target of ['RANGE meta', 'RANGE liveness', 'RANGE system', 'RANGE timeseries', 'DATABASE system'])
    await client.query(`ALTER ${target} CONFIGURE ZONE USING num_replicas = 7`)
  for (const target of ['RANGE meta', 'RANGE timeseries', 'DATABASE system'])
    expect(await read(target)).toMatchObject({ target, raw_config_sql: expect.stringContaining('num_replicas = 7') })
  await client.query('ALTER RANGE meta CONFIGURE ZONE DISCARD')
  expect(await read('RANGE meta')).toMatchObject({ raw_config_sql: expect.stringContaining('num_replicas = 5') })
  await client.query('ALTER TABLE system.public.jobs CONFIGURE ZONE USING gc.ttlseconds = 60')
  expect(await read('TABLE system.public.jobs')).toMatchObject({
    raw_config_sql: expect.stringMatching(/gc\.ttlseconds = 60,\n\tnum_replicas = 7,/),
  })
})

it('takes constraints as the manual writes them, and checks each against the nodes', async () => {
  const client = await cluster.connect()
  await client.query('CREATE TABLE placed (id INT PRIMARY KEY)')
  const configure = (fields: string) => client.query(`ALTER TABLE placed CONFIGURE ZONE USING ${fields}`)
  await configure(
    `num_replicas = 3, constraints = '{"+region=region-1": 1}', lease_preferences = '[["+region=region-1"]]'`,
  )
  await configure(`constraints = '["-region=mars"]'`)
  for (const constraints of ['{"+region=mars": 1}', '{"+region=region-1,+region=mars": 1}', '["+region=mars"]'])
    await expect(configure(`constraints = '${constraints}'`)).rejects.toMatchObject({
      code: '23514',
      message: 'constraint "+region=mars" matches no existing nodes within the cluster - did you enter it correctly?',
    })
  for (const written of ['+ssd', '+region:region-1'])
    await expect(configure(`constraints = '[${written}]'`)).rejects.toMatchObject({
      code: '23514',
      message: `constraint "${written}" matches no existing nodes within the cluster - did you enter it correctly?`,
    })
  await expect(configure("num_replicas = 'three'")).rejects.toMatchObject({ code: '22P02' })
  await client.query('DROP TABLE placed')
})

it('refuses to show the zone of what is not there', async () => {
  const client = await cluster.connect()
  await client.query('CREATE TABLE there (id INT PRIMARY KEY)')
  const missing = { code: '42P01', message: 'relation "nowhere" does not exist' }
  await expect(client.query('SHOW ZONE CONFIGURATION FROM TABLE nowhere')).rejects.toMatchObject(missing)
  await expect(client.query('SHOW ZONE CONFIGURATION FROM INDEX nowhere@i')).rejects.toMatchObject(missing)
  await expect(client.query('SHOW ZONE CONFIGURATION FROM INDEX there@i')).rejects.toMatchObject({
    code: '42704',
    message: 'index "i" does not exist',
  })
  expect((await client.query('SHOW ZONE CONFIGURATION FROM INDEX there@there_pkey')).rowCount).toBe(1)
  await client.query('DROP TABLE there')
})

it('refuses what is no zone, and to take the default away', async () => {
  const client = await cluster.connect()
  await expect(client.query('ALTER RANGE default CONFIGURE ZONE DISCARD')).rejects.toMatchObject({ code: '23514' })
  await expect(client.query('ALTER RANGE nowhere CONFIGURE ZONE USING num_replicas = 1')).rejects.toMatchObject({
    code: '22023',
  })
  await client.query('CREATE USER plain')
  const plain = await cluster.connect({ user: 'plain' })
  await expect(plain.query('ALTER RANGE default CONFIGURE ZONE USING num_replicas = 1')).rejects.toMatchObject({
    code: '42501',
  })
})
