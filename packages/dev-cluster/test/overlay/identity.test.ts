import { describe, expect, test } from 'vitest'
import { cockroachVersion } from '../../src/variables/server-version.js'
import { engineUnderTest } from './sql-user.js'

const { connect } = engineUnderTest()

const EPOCH_2015_MS = Date.UTC(2015, 0, 1)
/** When and where an id was made, by its bits: https://www.cockroachlabs.com/docs/v26.2/serial#generated-values-for-mode-rowid */
const parts = (id: string) => ({
  node: Number(BigInt(id) & 0x7fffn),
  ms: Number(BigInt(id) >> 15n) / 100 + EPOCH_2015_MS,
})

describe('unique_rowid', () => {
  test('holds the time and the node', async () => {
    const client = await connect({ settings: { 'crdb.node_id': '7' } })
    const before = Date.now()
    const { rows } = await client.query<{ id: string }>('SELECT unique_rowid() AS id')
    const { node, ms } = parts(rows[0]!.id)
    expect(node).toBe(7)
    expect(ms).toBeGreaterThanOrEqual(before - 2)
    expect(ms).toBeLessThanOrEqual(Date.now() + 2)
  })

  test('increases, and differs between backends of one node that write at the same time', async () => {
    const clients = await Promise.all(Array.from({ length: 4 }, () => connect()))
    const runs = await Promise.all(
      clients.map(client => client.query<{ id: string }>('SELECT unique_rowid() AS id FROM generate_series(1, 5000)')),
    )
    for (const { rows } of runs) {
      const ids = rows.map(row => BigInt(row.id))
      expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? 0n))).toBe(true)
    }
    expect(new Set(runs.flatMap(({ rows }) => rows.map(row => row.id))).size).toBe(20_000)
  })

  test('works in a read-only transaction', async () => {
    const client = await connect()
    await client.query('BEGIN READ ONLY')
    expect((await client.query('SELECT unique_rowid() AS id')).rows).toHaveLength(1)
    await client.query('COMMIT')
  })

  test('unordered ids have the time reversed', async () => {
    const client = await connect()
    const { rows } = await client.query<{ id: string }>(
      'SELECT unordered_unique_rowid() AS id FROM generate_series(1, 3)',
    )
    const times = rows.map(row => (BigInt(row.id) >> 15n).toString(2).padStart(48, '0'))
    const unreversed = times.map(
      bits => Number.parseInt(Array.from(bits).toReversed().join(''), 2) / 100 + EPOCH_2015_MS,
    )
    for (const ms of unreversed) expect(Math.abs(ms - Date.now())).toBeLessThan(5000)
    expect(new Set(rows.map(row => row.id)).size).toBe(3)
  })
})

test('a session knows its node', async () => {
  const client = await connect({
    settings: { 'crdb.node_id': '3', 'crdb.cluster_id': '6e2f3c1a-0000-4000-8000-000000000001' },
  })
  const { rows } =
    await client.query(`SELECT version(), crdb_internal.node_id(), gateway_region(), crdb_internal.cluster_id(),
    crdb_internal.locality_value('zone') AS zone, crdb_internal.locality_value('rack') AS rack, crdb_internal.is_admin(),
    current_setting('locality') AS locality`)
  expect(rows[0]).toEqual({
    version: cockroachVersion,
    node_id: '3',
    gateway_region: 'eu-west-1',
    cluster_id: '6e2f3c1a-0000-4000-8000-000000000001',
    zone: 'eu-west-1a',
    rack: null,
    is_admin: true,
    locality: 'region=eu-west-1,zone=eu-west-1a',
  })
})

test('gateway_region fails on a node without region', async () => {
  const client = await connect({ settings: { 'crdb.region': '' } })
  await expect(client.query('SELECT gateway_region()')).rejects.toMatchObject({ code: '22023' })
})

test('times: the cluster clock in nanoseconds, follower reads 4.2 s ago', async () => {
  const client = await connect()
  const { rows } =
    await client.query(`SELECT cluster_logical_timestamp() AS hlc, crdb_internal.approximate_timestamp(cluster_logical_timestamp()) = now() AT TIME ZONE 'UTC' AS same,
    extract(epoch FROM statement_timestamp() - follower_read_timestamp())::text AS lag`)
  expect(rows[0]).toMatchObject({ hlc: expect.stringMatching(/^\d{19}\.0{10}$/), same: true, lag: '4.200000' })
})

test('errors on demand', async () => {
  const client = await connect()
  await expect(client.query(`SELECT crdb_internal.force_error('40001', 'mine')`)).rejects.toMatchObject({
    code: '40001',
    message: 'mine',
  })
  await expect(client.query(`SELECT crdb_internal.force_retry('1h')`)).rejects.toMatchObject({ code: '40001' })
  expect(
    (await client.query(`SELECT crdb_internal.force_retry('0s'), crdb_internal.increment_feature_counter('x')`)).rows,
  ).toEqual([{ force_retry: '0', increment_feature_counter: true }])
})
