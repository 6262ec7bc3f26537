import { DatabaseError } from 'pg'
import { expect, test } from 'vitest'
import { fromServer } from '../../src/errors/from-server.js'
import {
  AmbiguousCommitError,
  CommittedSchemaFailedError,
  TransactionAbortedError,
  TransactionSplitError,
} from '../../src/errors/transaction-errors.js'
import { isOwnRefusal, isRowError } from '../../src/retry/row-errors.js'

function refusal(code: string): DatabaseError {
  const error = new DatabaseError('refused', 1, 'error')
  error.code = code
  return error
}

test.each(['22001', '23502', '23514'])('%s is about its row', code => {
  for (const error of [refusal(code), fromServer(refusal(code)), new TransactionAbortedError(refusal(code))])
    expect([isRowError(error), isOwnRefusal(error)]).toEqual([true, true])
})

test('a key that exists may be the row’s own, of an earlier run', () => {
  expect([isRowError(refusal('23505')), isOwnRefusal(refusal('23505'))]).toEqual([true, false])
})

test.each([
  ['40001', refusal('40001')],
  ['a transaction that a schema change has split', new TransactionSplitError(refusal('23514'))],
  ['a transaction whose schema change failed', new CommittedSchemaFailedError(refusal('23514'))],
  ['an ambiguous commit', new AmbiguousCommitError('COMMIT', refusal('23514'))],
])('%s is not about a row', (_, error) => {
  expect([isRowError(error), isOwnRefusal(error)]).toEqual([false, false])
})
