import { AmbiguousCommitError, CerciError, ConnectionLostError } from 'cerci'
import { expect, test } from 'vitest'
import { StorefrontError } from '../../src/errors/storefront-error.js'
import { toStorefrontError } from '../../src/errors/to-storefront-error.js'

const own = new StorefrontError('same-account')

test('passes its own errors on', () => {
  expect(toStorefrontError(own)).toBe(own)
})

test.each([
  [new AmbiguousCommitError('COMMIT', undefined), 'outcome-unknown'],
  [new ConnectionLostError('unknown', undefined), 'outcome-unknown'],
  [new ConnectionLostError('aborted', undefined), 'database-unavailable'],
  [new CerciError('CERCI_POOL_TIMEOUT', ''), 'database-unavailable'],
  [new CerciError('CERCI_RETRIES_EXHAUSTED', ''), 'database-unavailable'],
  [new CerciError('CERCI_TRANSACTION_SPLIT', ''), 'internal-error'],
  [new TypeError('x is not a function'), 'internal-error'],
  ['thrown text', 'internal-error'],
])('shows %s as %s, without its words', (error, code) => {
  expect(toStorefrontError(error)).toMatchObject({ code, cause: error, detail: undefined, errors: undefined })
})
