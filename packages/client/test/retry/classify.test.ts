import { DatabaseError } from 'pg'
import { describe, expect, it } from 'vitest'
import { ConnectionLostError, NodeDrainingError, PoolTimeoutError } from '../../src/errors/connection-errors.js'
import { QueryAbortedError, QueryTimeoutError } from '../../src/errors/query-errors.js'
import { AmbiguousCommitError, RetriesExhaustedError } from '../../src/errors/transaction-errors.js'
import { classify } from '../../src/retry/classify.js'
import { markStalePlan } from '../../src/retry/stale-plan.js'

function serverError(code: string, message = 'restart transaction'): DatabaseError {
  const error = new DatabaseError(message, 1, 'error')
  error.code = code
  return error
}

describe('classify', () => {
  it('takes a statement that was stopped for ambiguous when nobody knows what became of it, and never runs it again', () => {
    const outcomes = ['unknown', 'cancelled', 'aborted', 'not-executed'] as const
    const kinds = ['ambiguous', 'final', 'final', 'final']
    expect(outcomes.map(outcome => classify(new QueryTimeoutError(100, outcome, serverError('57014'))).kind)).toEqual(
      kinds,
    )
    // Whatever the signal's reason is: it is the caller's.
    expect(outcomes.map(outcome => classify(new QueryAbortedError(serverError('40001'), outcome)).kind)).toEqual(kinds)
  })

  it.each([
    ['40001', 'serialization'],
    ['CR000', 'serialization'],
    ['40P01', 'serialization'],
    ['40003', 'ambiguous'],
    ['08007', 'ambiguous'],
    ['58C01', 'ambiguous'],
    ['XXA00', 'committed'],
    ['23505', 'final'],
    ['25P02', 'final'],
    ['55P03', 'final'],
    ['57014', 'final'],
    ['58C00', 'final'],
    ['0A000', 'final'],
  ])('takes SQLSTATE %s for %s', (code, kind) => {
    expect(classify(serverError(code)).kind).toBe(kind)
  })

  it('tells the one sub-reason of 40001 for which patience does not help', () => {
    expect(
      classify(
        serverError(
          '40001',
          'restart transaction: TransactionRetryWithProtoRefreshError: RETRY_COMMIT_DEADLINE_EXCEEDED',
        ),
      ).kind,
    ).toBe('commit-deadline')
  })

  it('finds the code wherever an ORM keeps it', () => {
    const raw = serverError('40001')
    const wrapped: [string, unknown][] = [
      ['Knex, Kysely', raw],
      ['Drizzle', new Error('Failed query', { cause: raw })],
      ['Sequelize 6', Object.assign(new Error('x'), { parent: raw, original: raw })],
      ['TypeORM', Object.assign(new Error('x'), { driverError: raw })],
      [
        'Prisma P2034',
        Object.assign(new Error('x'), {
          code: 'P2034',
          meta: { driverAdapterError: { cause: { originalCode: '40001', kind: 'TransactionWriteConflict' } } },
        }),
      ],
      [
        'Prisma COMMIT',
        Object.assign(new Error('x'), {
          name: 'DriverAdapterError',
          cause: { originalCode: '40001', kind: 'TransactionWriteConflict' },
        }),
      ],
      ['AggregateError', new AggregateError([new Error('other'), raw])],
    ]
    for (const [orm, error] of wrapped) expect([orm, classify(error).kind]).toEqual([orm, 'serialization'])
  })

  it('goes by what is known of a lost connection', () => {
    expect(classify(new ConnectionLostError('aborted', undefined)).kind).toBe('connection')
    expect(classify(new NodeDrainingError('not-executed', serverError('57P01'))).kind).toBe('connection')
    expect(classify(new ConnectionLostError('unknown', undefined)).kind).toBe('ambiguous')
    expect(classify(new Error('ROLLBACK failed', { cause: new ConnectionLostError('aborted', undefined) })).kind).toBe(
      'connection',
    )
  })

  it('does not retry what was retried to exhaustion inside', () => {
    expect(classify(new RetriesExhaustedError(3, serverError('40001'))).kind).toBe('final')
    expect(classify(new AmbiguousCommitError('COMMIT', serverError('40001'))).kind).toBe('ambiguous')
    expect(classify(new PoolTimeoutError('busy')).kind).toBe('final')
  })

  it('knows a stale plan by its mark only', () => {
    const stale = serverError('0A000')
    markStalePlan(stale)
    expect(classify(new Error('wrapped', { cause: stale })).kind).toBe('plan-changed')
  })

  it('survives circles and things that are no errors', () => {
    const circle: { cause?: unknown } = {}
    circle.cause = circle
    for (const odd of [circle, undefined, null, 'text', 5, { code: 40001 }]) expect(classify(odd).kind).toBe('final')
  })
})
