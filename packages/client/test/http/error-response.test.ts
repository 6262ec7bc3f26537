import { describe, expect, test } from 'vitest'
import { PoolClosedError, PoolTimeoutError } from '../../src/errors/connection-errors.js'
import { OptionError } from '../../src/errors/option-error.js'
import { AmbiguousCommitError, RetriesExhaustedError } from '../../src/errors/transaction-errors.js'
import { errorResponse } from '../../src/http/error-response.js'
import { VersionConflictError } from '../../src/lock/version-conflict-error.js'
import { CursorError } from '../../src/page/cursor-error.js'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()
await db.query(
  'CREATE TABLE users (id INT8 PRIMARY KEY CHECK (id > 0), email TEXT NOT NULL UNIQUE, boss INT8 REFERENCES users)',
)
await db.query("INSERT INTO users VALUES (1, 'private@example.org', NULL)")

const fail = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('the server’s errors', () => {
  test.each([
    ["INSERT INTO users VALUES (2, 'private@example.org', NULL)", 409, 'CERCI_UNIQUE_VIOLATION'],
    ["INSERT INTO users VALUES (3, 'b', 99)", 409, 'CERCI_FOREIGN_KEY_VIOLATION'],
    ["INSERT INTO users VALUES (-1, 'b', NULL)", 422, 'CERCI_CHECK_VIOLATION'],
    ['INSERT INTO users VALUES (2, NULL, NULL)', 422, 'CERCI_NOT_NULL_VIOLATION'],
  ])('%s', async (text, status, code) => {
    const own = errorResponse(await fail(db.query(text)))
    expect(own).toMatchObject({ status, headers: {}, body: { code, retryable: false } })
    expect(JSON.stringify(own)).not.toContain('private@')
    const raw = await fail(db.pool.query(text))
    expect(errorResponse(raw)).toEqual(own)
    expect(errorResponse(Object.assign(new Error('an ORM failed'), { driverError: raw }))).toEqual(own)
  })
})

test.each([
  [new PoolTimeoutError('All are busy.'), 503, 'CERCI_POOL_TIMEOUT', '1'],
  [new PoolClosedError(), 503, 'CERCI_POOL_CLOSED', '1'],
  [new PoolClosedError('It was cancelled.', new Error('57014')), 503, 'CERCI_POOL_CLOSED', undefined],
  [new RetriesExhaustedError(3, undefined), 503, 'CERCI_RETRIES_EXHAUSTED', '1'],
  [
    Object.assign(new Error('restart transaction'), { code: '40001', severity: 'ERROR' }),
    503,
    'CERCI_RETRIES_EXHAUSTED',
    '1',
  ],
  [new AmbiguousCommitError('COMMIT', undefined), 503, 'CERCI_AMBIGUOUS_COMMIT', undefined],
  [new VersionConflictError('t', 1n, 2n), 409, 'CERCI_VERSION_CONFLICT', undefined],
  [new CursorError('CERCI_CURSOR_FOREIGN'), 400, 'CERCI_CURSOR_FOREIGN', undefined],
])('%s', (error, status, code, retryAfter) => {
  const response = errorResponse(error)
  expect(response).toMatchObject({ status, body: { code, retryable: retryAfter !== undefined } })
  expect(response?.headers['retry-after']).toBe(retryAfter)
})

test.each([new TypeError('a bug'), new OptionError('max', 'wrong'), 'text', undefined, null])(
  '%s is not the database’s',
  error => {
    expect(errorResponse(error)).toBeUndefined()
  },
)

test('a syntax error is the application’s', async () => {
  expect(errorResponse(await fail(db.query('SELEKT')))).toBeUndefined()
})
