import { DevCluster, type FaultRule } from '@cerci/dev-cluster'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { run } from '../run.js'

let cluster: DevCluster

beforeAll(async () => {
  cluster = await DevCluster.start({ nodes: 1, faultSeed: 'test' })
  vi.stubEnv('CERCI_ADMIN_URL', cluster.adminUrl)
})
beforeEach(() => cluster.faults.clear())
afterAll(async () => {
  vi.unstubAllEnvs()
  await cluster.stop()
})

test.each<[string[], Omit<FaultRule, 'id'>]>([
  [['--delay', '2.5'], { stage: 'statement', effect: { kind: 'delay', ms: 2.5 } }],
  [['--clock=-1500'], { stage: 'statement', effect: { kind: 'clock', offsetMs: -1500 } }],
  [['--retry', 'RETRY_SERIALIZABLE'], { stage: 'statement', effect: { kind: 'retry', reason: 'RETRY_SERIALIZABLE' } }],
  [
    ['--cut', '--fingerprint', 'SELECT _', '--whole', '--outside-transaction'],
    {
      stage: 'statement',
      fingerprint: 'SELECT _',
      fingerprintMatch: 'whole',
      inTransaction: false,
      effect: { kind: 'cut' },
    },
  ],
  [['--cut', '--at', 'reply'], { stage: 'reply', effect: { kind: 'cut' } }],
  [['--ambiguous', 'rolled-back'], { stage: 'commit', effect: { kind: 'ambiguous', committed: false } }],
  [['--ambiguous', 'committed'], { stage: 'commit', effect: { kind: 'ambiguous', committed: true } }],
  [['--ambiguous', 'random'], { stage: 'commit', effect: { kind: 'ambiguous', committed: 'random' } }],
  [
    ['--error', '53200:out of memory: really', '--at', 'commit'],
    { stage: 'commit', effect: { kind: 'error', code: '53200', message: 'out of memory: really' } },
  ],
  [
    `--cut --node 1 --fingerprint INSERT --application shop --in-transaction --probability 0.5 --times 3 --after 2`.split(
      ' ',
    ),
    {
      stage: 'statement',
      node: 1,
      fingerprint: 'INSERT',
      application: 'shop',
      inTransaction: true,
      probability: 0.5,
      times: 3,
      after: 2,
      effect: { kind: 'cut' },
    },
  ],
])('add %j', async (flags, rule) => {
  const { code, out } = await run('fault', 'add', 'my rule', ...flags)
  expect([code, out[0]]).toEqual([0, expect.stringMatching(/^NAME +STAGE +EFFECT +CONDITIONS +MATCHES +HITS$/)])
  expect(cluster.faults.list()).toEqual([{ rule: { id: 'my rule', ...rule }, matches: 0, hits: 0 }])
})

test('list, remove and clear', async () => {
  expect(await run('fault', 'list')).toEqual({ code: 0, out: ['no faults', '', 'seed: test'], err: [] })
  for (const name of ['a', 'b', 'c']) await run('fault', 'add', name, '--cut')
  expect((await run('fault', 'remove', 'b')).out.map(line => line[0])).toEqual(['N', 'a', 'c'])
  expect(await run('fault', 'remove', 'b')).toEqual({ code: 1, out: [], err: ["cerci: There is no fault rule 'b'."] })
  const [json = ''] = (await run('fault', 'list', '--json')).out
  expect(JSON.parse(json)).toMatchObject({ seed: 'test', rules: [{ id: 'a', hits: 0 }, { id: 'c' }] })
  expect(await run('fault', 'clear')).toEqual({ code: 0, out: ['no faults'], err: [] })
  expect(cluster.faults.active).toBe(false)
})

test('commits tells what ambiguous ones really did', async () => {
  expect(await run('fault', 'commits')).toEqual({ code: 0, out: ['no ambiguous commits'], err: [] })
  await run('fault', 'add', 'unclear', '--ambiguous', 'committed', '--times', '1')
  const client = new Client({ connectionString: cluster.node(1).url })
  await client.connect()
  await client.query('CREATE TABLE decided (id INT PRIMARY KEY)')
  await expect(client.query('INSERT INTO decided VALUES (1)')).rejects.toMatchObject({ detail: 'unclear#1' })
  expect((await client.query('SELECT id FROM decided')).rowCount).toBe(1)
  await client.end()
  const { out } = await run('fault', 'commits')
  expect(out.map(line => line.split(/ {2,}/).slice(0, 2))).toEqual([
    ['ID', 'TRUTH'],
    ['unclear#1', 'committed'],
  ])
  const [json = ''] = (await run('fault', 'commits', '--json')).out
  expect(JSON.parse(json)).toMatchObject({ commits: [{ id: 'unclear#1', committed: true }] })
})

test('a rule that is wrong is refused, and changes nothing', async () => {
  await run('fault', 'add', 'kept', '--cut')
  for (const flags of [
    ['--retry', 'BECAUSE'],
    ['--cut', '--probability', '2'],
    ['--delay=-1'],
    ['--ambiguous', 'random', '--at', 'reply'],
  ]) {
    expect(await run('fault', 'add', 'kept', ...flags)).toEqual({
      code: 1,
      out: [],
      err: [expect.stringMatching(/^cerci: The fault cannot be used: /)],
    })
  }
  expect(cluster.faults.list()).toMatchObject([{ rule: { id: 'kept', effect: { kind: 'cut' } } }])
})

test('list says when a rule strikes, and with which seed', async () => {
  await run('fault', 'add', 'a/b', '--delay', '5', '--node', '1', '--fingerprint', 'SELECT _', '--probability', '0.5')
  await run('fault', 'add', 'always', '--cut')
  expect((await run('fault', 'list')).out.map(line => line.split(/ {2,}/))).toEqual([
    ['NAME', 'STAGE', 'EFFECT', 'CONDITIONS', 'MATCHES', 'HITS'],
    ['a/b', 'statement', 'delay ms=5', 'node=1 fingerprint="SELECT _" probability=0.5', '0', '0'],
    ['always', 'statement', 'cut', '-', '0', '0'],
    [''],
    ['seed: test'],
  ])
  expect(await run('fault', 'seed', 'monday')).toEqual({ code: 0, out: ['seed: monday'], err: [] })
  expect(cluster.faults.seed).toBe('monday')
  expect((await run('fault', 'seed', '')).err[0]).toMatch(/^cerci: SEED is empty\. Usage: cerci fault seed SEED\./)
  expect((await run('fault', 'add', 'x', '--cut', '--node', '7')).err).toEqual([
    'cerci: The fault cannot be used: node: there is no node 7; the nodes are 1.',
  ])
  cluster.faults.reseed('test')
})
