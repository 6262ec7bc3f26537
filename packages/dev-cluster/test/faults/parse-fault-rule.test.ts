import { expect, test } from 'vitest'
import { parseFaultRule } from '../../src/faults/parse-fault-rule.js'

const rule = { id: 'a', stage: 'statement', effect: { kind: 'cut' } }

test.each([
  rule,
  { ...rule, node: 2, fingerprint: 'x', fingerprintMatch: 'whole', application: 'y', inTransaction: true },
  { ...rule, probability: 0.5, times: 3, after: 0 },
  { ...rule, times: 'unlimited' },
  { ...rule, stage: 'reply', effect: { kind: 'delay', ms: 0 } },
  { ...rule, effect: { kind: 'error', code: '53200', message: 'out of memory', hint: 'none' } },
  { ...rule, stage: 'commit', effect: { kind: 'ambiguous', committed: true } },
])('takes %j as it is', given => {
  expect(parseFaultRule(JSON.parse(JSON.stringify(given)))).toEqual(given)
})

test.each<[string, unknown]>([
  ['rule', null],
  ['rule', [rule]],
  ['id', { ...rule, id: undefined }],
  ['id', { ...rule, id: 7 }],
  ['stage', { ...rule, stage: 'rollback' }],
  ['stage', { ...rule, stage: 'statement', effect: { kind: 'ambiguous', committed: true } }],
  ['stage', { ...rule, stage: 'reply', effect: { kind: 'retry', reason: 'RETRY_SERIALIZABLE' } }],
  ['stage', { ...rule, stage: 'reply', effect: { kind: 'error', code: '53200', message: 'm' } }],
  ['node', { ...rule, node: 0 }],
  ['node', { ...rule, node: 1.5 }],
  ['fingerprint', { ...rule, fingerprint: '' }],
  ['fingerprintMatch', { ...rule, fingerprintMatch: 'some' }],
  ['inTransaction', { ...rule, inTransaction: 'yes' }],
  ['probability', { ...rule, probability: 0 }],
  ['probability', { ...rule, probability: 1.1 }],
  ['probability', { ...rule, probability: Number.NaN }],
  ['times', { ...rule, times: 0 }],
  ['after', { ...rule, after: -1 }],
  ['colour', { ...rule, colour: 'red' }],
  ['effect', { ...rule, effect: 'cut' }],
  ['kind', { ...rule, effect: { kind: 'explode' } }],
  ['ms', { ...rule, effect: { kind: 'delay', ms: -1 } }],
  ['ms', { ...rule, effect: { kind: 'delay' } }],
  ['reason', { ...rule, effect: { kind: 'retry', reason: 'BECAUSE' } }],
  ['code', { ...rule, effect: { kind: 'error', code: 'oops', message: 'm' } }],
  ['message', { ...rule, effect: { kind: 'error', code: '53200' } }],
  ['committed', { ...rule, stage: 'commit', effect: { kind: 'ambiguous' } }],
])('names %s in %j', (field, given) => {
  expect(() => parseFaultRule(given)).toThrow(
    expect.objectContaining({ code: 'CERCI_FAULT_INVALID', message: expect.stringContaining(`${field}: `) }),
  )
})
