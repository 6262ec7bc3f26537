import { describe, expect, test } from 'vitest'
import type { StatementRun } from '../../src/latency/asked-ranges.js'
import { createMatrix } from '../../src/latency/latency-matrix.js'
import { commitLatencyMs, statementLatencyMs } from '../../src/latency/statement-latency.js'
import { type ReplicationRules, readReplicationRules } from '../../src/placement/replication-rules.js'
import type { RowSearch, TableAccess } from '../../src/placement/table-access.js'
import { clusterPicture, homeZone } from '../placement/cluster-picture.js'

// Distances of which no sum is another distance.
const matrix = createMatrix(
  'test',
  [
    ['us-east-1', 'us-west-1', 50],
    ['us-east-1', 'eu-west-1', 80],
    ['us-west-1', 'eu-west-1', 200],
  ],
  1,
)
const cluster = clusterPicture()

function view(gatewayId: number) {
  const gateway = cluster.nodes.find(({ id }) => id === gatewayId)
  if (gateway === undefined) throw new Error(`no node ${gatewayId}`)
  return { gateway, cluster, matrix, globalLeadMs: 800 }
}

const [east, west, europe] = [view(1), view(2), view(3)]

function rules(goal: 'zone' | 'region', home = 'us-east-1', global = false): ReplicationRules {
  const zone = Object.entries(homeZone(goal)).map(([key, value]) => [
    key,
    key === 'constraints' ? value : value.replace('us-east-1', home),
  ])
  return readReplicationRules({ ...Object.fromEntries(zone), ...(global && { global_reads: 'true' }) })
}

function access(kind: 'read' | 'lock' | 'insert' | 'update', home: TableAccess['home']): TableAccess {
  const reads = kind === 'insert' ? 'no' : kind === 'update' ? 'lock' : kind
  return { table: 'public.t', reads, writes: kind === 'insert' || kind === 'update', home }
}

function whole(goal: 'zone' | 'region', global = false): TableAccess['home'] {
  return { kind: 'whole', rules: rules(goal, 'us-east-1', global) }
}

function rows(search: RowSearch, checksUniqueness = false): TableAccess['home'] {
  const regions = ['us-east-1', 'us-west-1', 'eu-west-1']
  const byRegion = new Map(regions.map(region => [region, rules('zone', region)] as const))
  return { kind: 'rows', rules: byRegion, search, checksUniqueness, primary: 'us-east-1' }
}

function run(one: TableAccess, options: Partial<StatementRun> & { regions?: string[] } = {}): StatementRun {
  const { regions = [], ...others } = options
  const touched = new Map(regions.length === 0 ? [] : [['public.t', new Set(regions)] as const])
  return { accesses: [one], touched, stale: false, implicit: true, ...others }
}

describe('a table with one home region', () => {
  test('is read at its leaseholder', () => {
    const read = run(access('read', whole('zone')))
    expect([east, west, europe].map(each => statementLatencyMs(read, each))).toEqual([0, 50, 80])
  })

  test('is read nearby when the past will do', () => {
    const read = run(access('read', whole('zone')), { stale: true })
    expect([east, west, europe].map(each => statementLatencyMs(read, each))).toEqual([0, 0, 0])
  })

  test('is written when a majority has it: within the region to survive a zone, in the nearest other to survive a region', () => {
    expect(statementLatencyMs(run(access('insert', whole('zone'))), east)).toBe(1)
    expect(statementLatencyMs(run(access('insert', whole('region'))), east)).toBe(50)
    expect(statementLatencyMs(run(access('insert', whole('region'))), europe)).toBe(80 + 50)
  })

  test('is read before it is updated', () => {
    expect(statementLatencyMs(run(access('update', whole('zone'))), europe)).toBe(80 + 80 + 1)
  })

  test('in a transaction, replication is waited for once, by COMMIT', () => {
    const insert = run(access('insert', whole('region')), { implicit: false })
    expect(statementLatencyMs(insert, europe)).toBe(80)
    expect(commitLatencyMs([rules('region'), rules('region')], europe)).toBe(80 + 50)
    expect(commitLatencyMs([], europe)).toBe(0)
  })
})

describe('a GLOBAL table', () => {
  test('is read nearby, and locked at its leaseholder', () => {
    expect(statementLatencyMs(run(access('read', whole('zone', true))), europe)).toBe(0)
    expect(statementLatencyMs(run(access('lock', whole('zone', true))), europe)).toBe(80)
  })

  test('is written in the future, which COMMIT waits for', () => {
    expect(statementLatencyMs(run(access('insert', whole('zone', true))), east)).toBe(800)
    expect(commitLatencyMs([rules('zone', 'us-east-1', true)], europe)).toBe(800)
  })
})

describe('a REGIONAL BY ROW table', () => {
  test('is searched at home first, then everywhere else at once', () => {
    const few = access('read', rows('few'))
    expect(statementLatencyMs(run(few, { regions: ['eu-west-1'] }), europe)).toBe(0)
    expect(statementLatencyMs(run(few, { regions: ['us-east-1'] }), europe)).toBe(200)
    expect(statementLatencyMs(run(few), europe)).toBe(200)
  })

  test('is asked only where the statement says', () => {
    expect(statementLatencyMs(run(access('read', rows('told')), { regions: ['us-east-1'] }), europe)).toBe(80)
  })

  test('is scanned in all regions', () => {
    expect(statementLatencyMs(run(access('read', rows('all')), { regions: ['eu-west-1'] }), europe)).toBe(200)
  })

  test('takes new rows in the region of the gateway, after it has asked all for the same key', () => {
    expect(statementLatencyMs(run(access('insert', rows('none'))), europe)).toBe(1)
    expect(statementLatencyMs(run(access('insert', rows('none', true))), europe)).toBe(200 + 1)
    expect(statementLatencyMs(run(access('insert', rows('none')), { regions: ['us-east-1'] }), europe)).toBe(80 + 1)
  })

  test('is updated where the row is', () => {
    expect(statementLatencyMs(run(access('update', rows('few')), { regions: ['eu-west-1'] }), europe)).toBe(1)
    expect(statementLatencyMs(run(access('update', rows('few')), { regions: ['us-west-1'] }), europe)).toBe(
      200 + 200 + 1,
    )
  })
})

test('the slowest of several tables counts', () => {
  const both = {
    ...run(access('read', whole('zone'))),
    accesses: [access('read', whole('zone')), access('read', rows('few'))],
  }
  expect(statementLatencyMs({ ...both, touched: new Map([['public.t', new Set(['eu-west-1'])]]) }, europe)).toBe(80)
})
