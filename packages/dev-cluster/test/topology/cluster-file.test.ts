import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { keepClusterFile, readClusterFile } from '../../src/topology/cluster-file.js'
import { Topology } from '../../src/topology/topology.js'

let store: string

beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'test-'))
  onTestFinished(() => rmSync(store, { recursive: true, force: true }))
})

test('gives the next run the id and the settings of the last', () => {
  const first = new Topology(readClusterFile(store))
  keepClusterFile(store, first)
  first.setSetting('kv.rangefeed.enabled', 'on')
  first.setZone('RANGE default', { num_replicas: '1' })
  const second = new Topology(readClusterFile(store))
  expect(second.state.clusterId).toBe(first.state.clusterId)
  expect(second.setting('kv.rangefeed.enabled')).toBe('true')
  expect(second.setting('version')).toBe('26.2')
  expect(second.state.zones.get('RANGE default')).toEqual({ num_replicas: '1' })
  expect(readdirSync(store)).toEqual(['cluster.json'])
})

test.each([
  '{',
  '[]',
  '{"clusterId": 1, "settings": {}}',
  '{"clusterId": "a", "settings": {"b": 1}}',
  '{"clusterId": "a", "settings": {}, "zones": {"b": 1}}',
])('says that %j is damaged', text => {
  writeFileSync(join(store, 'cluster.json'), text)
  expect(() => readClusterFile(store)).toThrow(expect.objectContaining({ code: 'CERCI_STORE_DAMAGED' }))
})
