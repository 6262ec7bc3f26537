import { AmbiguousCommitError, CerciError, ConnectionLostError } from 'cerci'
import { expect, test } from 'vitest'
import { StorefrontError } from '../../src/errors/storefront-error.js'
import { toStorefrontError } from '../../src/errors/to-storefront-error.js'

test.each([
  [new StorefrontError('same-account'), 'same-account'],
  [new AmbiguousCommitError('COMMIT', undefined), 'outcome-unknown'],
  [new ConnectionLostError('unknown', undefined), 'outcome-unknown'],
  [new ConnectionLostError('aborted', undefined), 'database-unavailable'],
  [new CerciError('CERCI_POOL_TIMEOUT', ''), 'database-unavailable'],
  [new CerciError('CERCI_RETRIES_EXHAUSTED', ''), 'database-unavailable'],
  [new CerciError('CERCI_TRANSACTION_SPLIT', ''), 'internal-error'],
  [new TypeError('x is not a function'), 'internal-error'],
  ['thrown text', 'internal-error'],
])('shows %s as %s', (error, code) => {
  const shown = toStorefrontError(error)
  expect(shown.code).toBe(code)
  if (!(error instanceof StorefrontError)) {
    expect(shown.cause).toBe(error)
    expect(shown.detail).toBeUndefined()
  }
})
