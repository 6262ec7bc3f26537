import { ConnectionError, ConnectionLostError, PoolClosedError, PoolTimeoutError } from '../errors/connection-errors.js'
import { AfterCommitError } from '../errors/transaction-errors.js'
import { errorChain } from '../retry/error-chain.js'

/** What is used of Sequelize's query interface to end transactions. */
export interface SequelizeEndings {
  getQueryInterface(): {
    commitTransaction(transaction: SequelizeTransaction, options?: object): Promise<unknown>
    rollbackTransaction(transaction: SequelizeTransaction, options?: object): Promise<unknown>
  }
}

interface SequelizeTransaction {
  /** What `transaction.afterCommit()` was given. Sequelize calls it also when COMMIT has failed. */
  _afterCommitHooks?: unknown[]
}

/** Runs a body in a managed transaction, and fails with what COMMIT failed with. */
export type ManagedTransaction<Tx> = <T>(body: (transaction: Tx) => Promise<T>) => Promise<T>

/**
 * Lets transactions that may be run again end quietly: no `afterCommit` for a COMMIT that failed, and no warning on the console, which Sequelize
 * prints for each COMMIT that must be retried and for each ROLLBACK without a connection.
 */
export function adaptEndings<Tx extends object>(
  db: SequelizeEndings,
  managed: ManagedTransaction<Tx>,
): ManagedTransaction<Tx> {
  const queries = db.getQueryInterface()
  const commit = queries.commitTransaction.bind(queries)
  const rollback = queries.rollbackTransaction.bind(queries)
  const commits = new WeakMap<object, Commit>()
  queries.commitTransaction = async (transaction, options) => {
    try {
      const committed = await commit(transaction, options)
      if (commits.has(transaction)) commits.set(transaction, 'done')
      return committed
    } catch (error) {
      // oxlint-disable-next-line no-underscore-dangle -- Sequelize's name
      transaction._afterCommitHooks = []
      if (!commits.has(transaction)) throw error
      commits.set(transaction, { error })
      return undefined
    }
  }
  queries.rollbackTransaction = async (transaction, options) => {
    try {
      return await rollback(transaction, options)
    } catch (error) {
      if (!errorChain(error).some(isWithoutConnection)) throw error
      return undefined // The server rolls back what a lost connection has not committed; one that was never had has begun nothing.
    }
  }
  return async body => {
    let attempt: Tx | undefined
    const commitOf = (): Commit | undefined => attempt && commits.get(attempt)
    const value = await managed(transaction => {
      attempt = transaction
      commits.set(transaction, 'to come')
      return body(transaction)
    }).catch((error: unknown) => {
      throw commitOf() === 'done' ? new AfterCommitError(error) : error
    })
    const failure = commitOf()
    if (typeof failure === 'object') throw failure.error
    return value
  }
}

function isWithoutConnection(error: unknown): boolean {
  return [ConnectionLostError, ConnectionError, PoolTimeoutError, PoolClosedError].some(Class => error instanceof Class)
}

/** What became of a COMMIT. What is thrown after one that is done comes from an `afterCommit`, whatever it looks like. */
type Commit = 'to come' | 'done' | { readonly error: unknown }
