import { type KnownOptions, knownOptions } from '../errors/known-options.js'
import { OptionError } from '../errors/option-error.js'
import type { TransactionOptions } from './transaction.js'

/** What ORMs call options of a transaction, and what has their place here. */
export const ormNames = {
  isolationLevel: 'write isolation',
  accessMode: 'write readOnly: true or false',
  timeout: 'write deadlineMs',
  timeoutMs: 'write deadlineMs',
  maxWait: 'write acquireTimeoutMs in the options of the Cluster',
  retries: 'write maxAttempts, which counts the first one too',
  maxRetries: 'write maxAttempts, which counts the first one too',
  type: 'leave it out',
  deferrable: 'leave it out: CockroachDB has no deferrable transactions',
} as const

/** What every transaction takes, an ORM's too. */
export const commonTransactionOptions = {
  isolation: true,
  readOnly: true,
  priority: true,
  asOf: true,
  deadlineMs: true,
  maxAttempts: true,
  retry: true,
  signal: true,
  verify: true,
} as const

export const transactionOptions: KnownOptions = knownOptions<TransactionOptions>(
  'transaction()',
  { ...commonTransactionOptions, protocol: true },
  ormNames,
)

/**
 * Refuses the ways in which ORMs call their own transactions: options first, or no function at all.
 *
 * @throws OptionError that says how it is called here
 */
export function checkTransactionCall(fn: unknown, options: unknown): void {
  if (typeof fn === 'function') return
  if (typeof options === 'function')
    throw new OptionError('fn', 'it comes first: transaction(async tx => { … }, { isolation, … })')
  if (fn === undefined || fn === null)
    throw new OptionError(
      'fn',
      'it is missing; no transaction is committed by hand here: transaction(async tx => { … }) does it when the function is done',
    )
  throw new OptionError('fn', 'it must be a function, which gets the transaction')
}
