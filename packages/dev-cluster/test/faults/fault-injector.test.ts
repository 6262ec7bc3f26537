import { describe, expect, test } from 'vitest'
import type { FaultProbe, FaultRule } from '../../src/faults/fault.js'
import { FaultInjector } from '../../src/faults/fault-injector.js'

const probe: FaultProbe = {
  nodeId: 1,
  stage: 'statement',
  fingerprint: 'SELECT * FROM users WHERE id = _',
  applicationName: 'shop',
  inTransaction: false,
}
const cut: FaultRule = { id: 'cut', stage: 'statement', effect: { kind: 'cut' } }

function injector(...rules: FaultRule[]): FaultInjector {
  const faults = new FaultInjector({ seed: 'test' })
  faults.add(...rules)
  return faults
}

/** How often of `count` probes the faults strike, as a string of x and dots. */
function strikes(faults: FaultInjector, count: number): string {
  return Array.from({ length: count }, () => (faults.decide(probe).length > 0 ? 'x' : '.')).join('')
}

describe('FaultInjector', () => {
  test('is inactive, and decides nothing, without rules', () => {
    const faults = injector()
    expect(faults.active).toBe(false)
    expect(faults.decide(probe)).toEqual([])
    faults.add(cut)
    expect(faults.active).toBe(true)
    faults.clear()
    expect(faults.active).toBe(false)
  })

  test.each<[string, Partial<FaultRule>, boolean]>([
    ['no condition', {}, true],
    ['its node', { node: 1 }, true],
    ['another node', { node: 2 }, false],
    ['another stage', { stage: 'commit' }, false],
    ['part of the fingerprint', { fingerprint: 'from USERS' }, true],
    ['not part of the fingerprint', { fingerprint: 'orders' }, false],
    ['part of the fingerprint that must be whole', { fingerprint: 'users', fingerprintMatch: 'whole' }, false],
    ['the whole fingerprint', { fingerprint: probe.fingerprint, fingerprintMatch: 'whole' }, true],
    ['its application', { application: 'shop' }, true],
    ['another application', { application: 'shop2' }, false],
    ['outside of transactions', { inTransaction: false }, true],
    ['inside transactions', { inTransaction: true }, false],
    ['two conditions, one of which fails', { node: 1, application: 'x' }, false],
  ])('with %s', (_, conditions, expected) => {
    const faults = injector({ ...cut, ...conditions })
    expect(faults.decide(probe)).toEqual(expected ? [{ kind: 'cut' }] : [])
  })

  test('lets the first matches pass, then strikes so often', () => {
    const faults = injector({ ...cut, after: 2, times: 3 })
    expect(strikes(faults, 8)).toBe('..xxx...')
    expect(faults.list()).toEqual([{ rule: { ...cut, after: 2, times: 3 }, matches: 8, hits: 3 }])
  })

  test('repeats with the same seed, differs with another, and meets the probability', () => {
    const rule = { ...cut, probability: 0.3 }
    const [first, second, other] = ['a', 'a', 'b'].map(seed => {
      const faults = new FaultInjector({ seed })
      faults.add(rule)
      return strikes(faults, 1000)
    })
    expect(second).toBe(first)
    expect(other).not.toBe(first)
    expect(first?.replaceAll('.', '').length).toBeGreaterThan(250)
    expect(first?.replaceAll('.', '').length).toBeLessThan(350)
  })

  test('decides for each rule by itself, however others come between', () => {
    const rule = { ...cut, probability: 0.5 }
    const alone = strikes(injector(rule), 50)
    const among = injector({ ...cut, id: 'other', probability: 0.5, node: 2 }, rule)
    const seen = Array.from({ length: 50 }, () => {
      among.decide({ ...probe, nodeId: 2 }) // draws for both rules
      return among.list()[1]?.hits
    })
    expect(seen.map((hits = 0, at) => (hits > (seen[at - 1] ?? 0) ? 'x' : '.')).join('')).toBe(alone)
  })

  test('applies several rules in the order in which they were added', () => {
    const faults = injector({ id: 'slow', stage: 'statement', effect: { kind: 'delay', ms: 5 } }, cut)
    expect(faults.decide(probe)).toEqual([{ kind: 'delay', ms: 5 }, { kind: 'cut' }])
    expect(faults.remove('slow')).toBe(true)
    expect(faults.remove('slow')).toBe(false)
    expect(faults.decide(probe)).toEqual([{ kind: 'cut' }])
  })

  test('words a retry error as CockroachDB does', () => {
    const faults = injector({ id: 'r', stage: 'statement', effect: { kind: 'retry', reason: 'RETRY_WRITE_TOO_OLD' } })
    expect(faults.decide(probe)).toEqual([
      {
        kind: 'error',
        code: '40001',
        message: expect.stringMatching(
          /^restart transaction: TransactionRetryWithProtoRefreshError: TransactionRetryError: retry txn \(RETRY_WRITE_TOO_OLD/,
        ),
        hint: 'See: https://www.cockroachlabs.com/docs/v26.2/transaction-retry-error-reference.html#retry_write_too_old',
      },
    ])
    faults.add({ id: 'r', stage: 'commit', effect: { kind: 'retry', reason: 'ABORT_REASON_CLIENT_REJECT' } })
    expect(faults.decide({ ...probe, stage: 'commit' })).toMatchObject([
      { message: expect.stringContaining('TransactionAbortedError(ABORT_REASON_CLIENT_REJECT)') },
    ])
  })

  test('gives every ambiguous commit an id of its own, and keeps the truth about it', () => {
    const faults = injector({ id: 'a', stage: 'commit', effect: { kind: 'ambiguous', committed: 'random' } })
    const actions = Array.from({ length: 20 }, () => faults.decide({ ...probe, stage: 'commit' })).flat()
    const ids = actions.map(action => (action.kind === 'ambiguous' ? action.id : ''))
    expect(new Set(ids).size).toBe(20)
    const outcomes = new Set(actions.map(action => action.kind === 'ambiguous' && action.committed))
    expect(outcomes).toEqual(new Set([true, false]))

    const again = (): unknown => faults.decide({ ...probe, stage: 'commit' })
    const [rule] = faults.list().map(each => each.rule)
    if (rule === undefined) throw new Error('no rule')
    const renewals = [() => faults.add(rule), () => faults.replace(rule), () => faults.reseed('another')]
    for (const [at, renew] of renewals.entries()) {
      faults.clear()
      faults.add(rule)
      renew()
      expect(again()).toMatchObject([{ id: `a#${21 + at}` }])
    }

    expect(faults.truth('a#1')).toBeUndefined()
    faults.recordTruth('a#1', false)
    expect(faults.truth('a#1')).toBe(false)
    faults.clear()
    expect(faults.truths()).toEqual([{ id: 'a#1', committed: false, at: expect.any(Date) }])
  })

  test('adds nothing when one of several rules is wrong', () => {
    const faults = injector()
    expect(() => faults.add(cut, { ...cut, id: '' })).toThrow(expect.objectContaining({ code: 'CERCI_FAULT_INVALID' }))
    expect(faults.active).toBe(false)
  })
})

test('begins anew with another seed', () => {
  const rule = { id: 'sometimes', stage: 'statement', effect: { kind: 'cut' }, probability: 0.5 } as const
  const [faults, other] = [new FaultInjector({ seed: 'monday' }), new FaultInjector()]
  faults.add(rule)
  other.add(rule)
  const monday = strikes(faults, 40)
  strikes(other, 40)
  other.reseed('monday')
  expect([other.seed, other.list()[0]?.matches, strikes(other, 40)]).toEqual(['monday', 0, monday])
  expect(() => other.reseed('')).toThrow(expect.objectContaining({ code: 'CERCI_FAULT_INVALID' }))
})

test('refuses a rule for a node that is not there, and changes nothing', () => {
  const faults = new FaultInjector({ nodes: () => [1, 2] })
  const [first, second, third] = [1, 2, 3].map(node => ({ ...cut, id: `n${node}`, node }))
  faults.add(first!)
  for (const change of [() => faults.add(second!, third!), () => faults.replace(third!)]) {
    expect(change).toThrow('The fault cannot be used: node: there is no node 3; the nodes are 1, 2.')
  }
  expect(faults.list().map(status => status.rule.id)).toEqual(['n1'])
})
