import { type Cluster, MigrationLock, MigrationLockLostError } from 'cerci'
import { PrismaEngineError } from '../prisma-engine-error.js'

interface EngineLockOptions {
  /** For messages. */
  readonly database: string
  /** Milliseconds to wait for another migration. */
  readonly timeoutMs: number
  /** Ends the waiting as well. */
  readonly signal: AbortSignal
  /** Is called once, when somebody else has the lock. */
  readonly onWait: () => void
}

/** cerci's migration lock, in a schema of its own, where the engine neither finds nor drops it, and with this package's errors. */
export class EngineLock {
  readonly #lock: MigrationLock
  readonly #database: string

  private constructor(lock: MigrationLock, database: string) {
    this.#lock = lock
    this.#database = database
  }

  /** @throws PrismaEngineError `CERCI_PRISMA_LOCK_TIMEOUT` */
  static async take(cluster: Cluster, { database, timeoutMs, signal, onWait }: EngineLockOptions): Promise<EngineLock> {
    const timeout = AbortSignal.timeout(timeoutMs)
    const ended = AbortSignal.any([signal, timeout])
    try {
      return new EngineLock(
        await MigrationLock.acquire(cluster, 'prisma', { schema: 'cerci', signal: ended, onWait }),
        database,
      )
    } catch (error) {
      if (!timeout.aborted || signal.aborted) throw error
      const seconds = String(Math.round(timeoutMs / 1000))
      throw new PrismaEngineError('CERCI_PRISMA_LOCK_TIMEOUT', { database, seconds }, error)
    }
  }

  /** @throws PrismaEngineError `CERCI_PRISMA_LOCK_LOST` when the lock went with its connection */
  assertHeld(): void {
    try {
      this.#lock.assertHeld()
    } catch (error) {
      const { cause } = error instanceof MigrationLockLostError ? error : { cause: error }
      const reason = cause instanceof Error ? cause.message : 'unknown'
      throw new PrismaEngineError('CERCI_PRISMA_LOCK_LOST', { database: this.#database, reason }, error)
    }
  }

  /** A lock that was lost is released: each statement that was sent since had asked for it. */
  async release(): Promise<void> {
    await this.#lock.release().catch((error: unknown) => {
      if (!(error instanceof MigrationLockLostError)) throw error
    })
  }
}
