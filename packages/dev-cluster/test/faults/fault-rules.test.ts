import { expect, test } from 'vitest'
import { FaultInjector } from '../../src/faults/fault-injector.js'
import {
  ambiguousCommits,
  cutConnections,
  lostReplies,
  retryErrors,
  slowNode,
  tooManyConnections,
} from '../../src/faults/fault-rules.js'

test('the rules for the usual faults are valid, and can be told apart', () => {
  const rules = [
    slowNode(2, 50),
    retryErrors(),
    retryErrors({ stage: 'commit', reason: 'RETRY_COMMIT_DEADLINE_EXCEEDED', probability: 0.1 }),
    ambiguousCommits({ committed: true, times: 1 }),
    cutConnections('statement'),
    cutConnections('connect', { node: 1 }),
    lostReplies({ fingerprint: 'insert' }),
    tooManyConnections(),
  ]
  const faults = new FaultInjector()
  faults.add(...rules)
  expect(faults.list().map(({ rule }) => rule)).toEqual(rules)
})

test('conditions narrow a rule, and an id renames it', () => {
  expect(slowNode(2, 50, { id: 'mine', application: 'shop' })).toEqual({
    id: 'mine',
    node: 2,
    stage: 'statement',
    application: 'shop',
    effect: { kind: 'delay', ms: 50 },
  })
})
