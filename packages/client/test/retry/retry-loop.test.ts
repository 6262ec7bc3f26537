import { DatabaseError } from 'pg'
import { describe, expect, it } from 'vitest'
import { ConnectionLostError } from '../../src/errors/connection-errors.js'
import {
  AmbiguousCommitError,
  RetriesExhaustedError,
  TransactionDeadlineError,
} from '../../src/errors/transaction-errors.js'
import { retryTransaction } from '../../src/retry/retry-loop.js'

function conflict(message = 'restart transaction'): DatabaseError {
  const error = new DatabaseError(message, 1, 'error')
  error.code = '40001'
  return error
}

describe('retryTransaction', () => {
  it('runs again until it succeeds, and tells the attempt', async () => {
    const events: unknown[] = []
    const result = await retryTransaction(
      async attempt => {
        if (attempt < 3) throw new Error('orm', { cause: conflict() })
        return attempt
      },
      { onRetry: ({ failure, attempt }) => events.push([failure.kind, attempt]) },
    )
    expect(result).toBe(3)
    expect(events).toEqual([
      ['serialization', 1],
      ['serialization', 2],
    ])
  })

  it('gives up after maxAttempts, with the last failure as the cause', async () => {
    let attempts = 0
    const failure = conflict()
    const error = await caught(retryTransaction(() => (attempts++, Promise.reject(failure)), { maxAttempts: 4 }))
    expect(error).toBeInstanceOf(RetriesExhaustedError)
    expect(error).toMatchObject({ code: 'CERCI_RETRIES_EXHAUSTED', attempts: 4, cause: failure, sqlState: '40001' })
    expect(attempts).toBe(4)
  })

  it('gives up early when commit deadlines are missed', async () => {
    let attempts = 0
    await caught(retryTransaction(() => (attempts++, Promise.reject(conflict('RETRY_COMMIT_DEADLINE_EXCEEDED')))))
    expect(attempts).toBe(3)
  })

  it('gives up at the deadline', async () => {
    const error = await caught(
      retryTransaction(() => Promise.reject(conflict()), { deadlineMs: 30, maxAttempts: 'unlimited' }),
    )
    expect(error).toBeInstanceOf(TransactionDeadlineError)
    expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_DEADLINE', deadlineMs: 30 })
  })

  it('does not run again what may have been committed', async () => {
    let attempts = 0
    const lost = new ConnectionLostError('unknown', new Error('socket'))
    const error = await caught(retryTransaction(() => (attempts++, Promise.reject(new Error('orm', { cause: lost })))))
    expect(error).toBeInstanceOf(AmbiguousCommitError)
    expect(attempts).toBe(1)
  })

  it('runs once only with retry: false, and pauses as told otherwise', async () => {
    let attempts = 0
    const conflicting = (): Promise<never> => {
      attempts++
      return Promise.reject(conflict())
    }
    await expect(retryTransaction(conflicting, { retry: false })).rejects.toMatchObject({
      code: 'CERCI_RETRIES_EXHAUSTED',
      attempts: 1,
    })
    expect(attempts).toBe(1)
    const delays: number[] = []
    const options = {
      retry: { baseMs: 0, capMs: 0 },
      maxAttempts: 50,
      onRetry: (event: { delayMs: number }) => void delays.push(event.delayMs),
    }
    await expect(retryTransaction(conflicting, options)).rejects.toMatchObject({ attempts: 50 })
    expect(delays).toEqual(Array.from({ length: 49 }, () => 0))
    await expect(retryTransaction(conflicting, { retry: { capMs: -1 } })).rejects.toMatchObject({ option: 'retry' })
  })

  it('passes other errors on', async () => {
    const other = new Error('no funds')
    expect(await caught(retryTransaction(() => Promise.reject(other)))).toBe(other)
  })

  it('stops at its signal', async () => {
    const controller = new AbortController()
    const error = await caught(
      retryTransaction(
        () => {
          controller.abort(new Error('client left'))
          return Promise.reject(conflict())
        },
        { signal: controller.signal },
      ),
    )
    expect(error).toMatchObject({ message: 'client left' })
  })

  it.each([{ maxAttempts: 0 }, { deadlineMs: -1 }])('refuses %j', async options => {
    const [option] = Object.keys(options)
    const error = await caught(retryTransaction(() => Promise.resolve(), options))
    expect(error).toMatchObject({ code: 'CERCI_INVALID_OPTION', option })
  })
})

async function caught(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
