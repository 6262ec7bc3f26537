import { Client } from 'pg'
import { expect, test } from 'vitest'
import type { FaultRule } from '../../src/faults/fault.js'
import { faultHint } from '../../src/faults/fault-hint.js'
import { DevCluster } from '../../src/index.js'

const delay = (fingerprint: string | undefined, stage: FaultRule['stage'] = 'statement'): FaultRule => ({
  id: `${stage} ${fingerprint}`,
  stage,
  effect: { kind: 'delay', ms: 0 },
  ...(fingerprint !== undefined && { fingerprint }),
})

test.each([
  ['begin', /never come to the stage 'statement'/],
  ['Start  Transaction', /never come to the stage 'statement'/],
  ['UPDATE t SET x = 1', /^in fingerprints this is written "UPDATE t SET x = _"$/],
  ["WHERE name='x'", /^in fingerprints this is written "WHERE name = _"$/],
])('says why %s may never match', (fingerprint, message) => {
  expect(faultHint(delay(fingerprint))).toMatch(message)
})

test.each([
  undefined,
  'INSERT INTO orders',
  'update ',
  'SET x = _',
  'IN (_, __more__)',
  'VALUES (_, __more__)',
  "'open",
  'begin_at',
])('says nothing of %s', fingerprint => {
  expect(faultHint(delay(fingerprint))).toBeUndefined()
})

test('is true of a cluster, and gone once a rule has matched', async () => {
  await using dev = await DevCluster.start({ nodes: 1 })
  const client = new Client({ connectionString: dev.node(1).url })
  await client.connect()
  const never = [delay('BEGIN'), delay('COMMIT'), delay('SELECT 1')]
  dev.faults.add(...never, delay('COMMIT', 'commit'), delay('BEGIN', 'reply'), delay('SELECT _'), delay('SELECT 2'))
  for (const sql of ['BEGIN', 'SELECT 1', 'COMMIT']) await client.query(sql)
  await client.end()
  expect(dev.faults.list().map(({ matches, hint }) => [matches, hint !== undefined])).toEqual([
    [0, true],
    [0, true],
    [0, true],
    [1, false],
    [1, false],
    [1, false],
    [0, true],
  ])
})
