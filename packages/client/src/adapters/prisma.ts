import type { Cluster } from '../cluster/cluster.js'
import { maxTimerMs } from '../query/limits.js'
import { observeRetry, retryTransaction } from '../retry/retry-loop.js'
import type { TransactionOptions } from '../transaction/transaction.js'
import { checkPool, dig } from './orm-pool.js'
import { bindOrm, type OrmTransactions } from './orm-transactions.js'
import { prismaAdapter, unwrapped } from './prisma-adapter.js'

export { prismaAdapter }

/** What is used of a Prisma client. https://www.prisma.io/docs/orm/prisma-client/queries/transactions */
export interface PrismaLike<Tx extends PrismaTransaction> {
  $transaction(batch: PromiseLike<unknown>[], options?: PrismaTransactionOptions): Promise<unknown>
  /** The last one, as in Prisma's types: TypeScript infers `Tx` from there. */
  $transaction<T>(body: (tx: Tx) => Promise<T>, options?: PrismaTransactionOptions): Promise<T>
  $extends(extension: PrismaExtension): unknown
}

export interface PrismaTransaction {
  $executeRawUnsafe(sql: string): PromiseLike<unknown>
}

/** Prisma's own options of a transaction. */
export interface PrismaTransactionOptions {
  /** Milliseconds to wait for a connection. */
  readonly maxWait?: number
  /** Milliseconds that one attempt may take. */
  readonly timeout?: number
  readonly isolationLevel?: 'Serializable' | 'ReadCommitted'
}

/** The part of an extension that is used. https://www.prisma.io/docs/orm/prisma-client/client-extensions */
export interface PrismaExtension {
  readonly name: string
  readonly query: Readonly<Record<'$allModels', Readonly<Record<string, PrismaHook>>>> &
    Readonly<Record<'$queryRaw' | '$queryRawUnsafe' | '$executeRaw' | '$executeRawUnsafe', PrismaHook>>
  readonly client: Readonly<Record<string, unknown>>
}

/** Runs in place of an operation. */
export type PrismaHook = (operation: PrismaOperation) => Promise<unknown>

/** An operation on its way, as extensions get it. */
export interface PrismaOperation {
  readonly args: unknown
  readonly query: (args: unknown) => Promise<unknown>
  /** Not documented; set while the operation is part of a transaction. */
  readonly __internalParams?: { readonly transaction?: unknown } | undefined
}

/** Transactions that are retried as a whole, reads of the past, and a client whose every write and `$transaction` is retried. */
export interface CerciPrisma<Client, Tx> extends OrmTransactions<Client, Tx> {
  /** The client with the retries. Its `$transaction` has Prisma's own two forms and options. (`$on` is the original's.) */
  readonly client: Omit<Client, '$on'>
}

/**
 * Puts retries under a Prisma client, and reads of the past beside it. Prisma's adapter `PrismaPg` takes the pool as it is.
 *
 * Lone statements are retried by the pool already; what is added is every write that Prisma makes a transaction of (nested writes), and both
 * forms of `$transaction`. Prisma itself tells of a conflict in three ways (P2034, P2010, and a bare DriverAdapterError after COMMIT).
 *
 * @throws OptionError when it runs on another pool
 * @example
 * const cluster = new Cluster(process.env.DATABASE_URL)
 * const adapter = prismaAdapter(new PrismaPg(cluster.pool))
 * const { client: prisma } = withPrisma(cluster, new PrismaClient({ adapter }))
 * await prisma.$transaction(async tx => {
 *   await tx.account.update({ where: { id: from }, data: { balance: { decrement: 10 } } })
 *   await tx.account.update({ where: { id: to }, data: { balance: { increment: 10 } } })
 * })
 */
export function withPrisma<Client extends PrismaLike<Tx>, Tx extends PrismaTransaction>(
  cluster: Cluster,
  client: Client & PrismaLike<Tx>,
): CerciPrisma<Client, Tx>
export function withPrisma(
  cluster: Cluster,
  client: PrismaLike<PrismaTransaction>,
): CerciPrisma<PrismaLike<PrismaTransaction>, PrismaTransaction> {
  const factory = dig(client, '_engineConfig', 'adapter')
  // Not documented; where it is not so, nothing can be told.
  if (typeof factory === 'object' && factory !== null && 'externalPool' in factory)
    checkPool(
      'prisma',
      cluster,
      factory.externalPool,
      'new PrismaClient({ adapter: prismaAdapter(new PrismaPg(cluster.pool)) })',
    )
  const settings = cluster.pool.connections.settings
  const bind: Bind = (optionsFor, caller = client) =>
    bindOrm<PrismaLike<PrismaTransaction>, PrismaTransaction>(cluster, client, {
      begin: (body, deadlineMs) => begin(client, caller, body, optionsFor(deadlineMs)).catch(rethrowUnwrapped),
      execute: async (tx, sql) => await tx.$executeRawUnsafe(sql),
    })
  return {
    ...bind(deadlineMs => ({
      // The pool gives up first, and says why; Prisma only says P2028.
      maxWait: Math.min(settings.acquireTimeoutMs + 1_000, maxTimerMs),
      timeout: transactionTimeoutMs(deadlineMs),
    })),
    client: asClient(client.$extends(extensionFor(cluster, client, bind))),
  }
}

type Bind = (
  optionsFor: (deadlineMs: TransactionOptions['deadlineMs']) => PrismaTransactionOptions,
  caller?: object,
) => OrmTransactions<PrismaLike<PrismaTransaction>, PrismaTransaction>

/** Prisma's own `$transaction` for the client that was called, whose later extensions count within the transaction too. */
async function begin<T>(
  client: PrismaLike<PrismaTransaction>,
  caller: object,
  body: (tx: PrismaTransaction) => Promise<T>,
  options: PrismaTransactionOptions,
): Promise<T> {
  const run = (tx: PrismaTransaction): Promise<T> => {
    inTransaction.add(tx)
    return body(tx)
  }
  return await client.$transaction.bind(caller)(run, options)
}

/** The clients of transactions. A transaction within one is a savepoint: only all of it can be run again. */
const inTransaction = new WeakSet<object>()

function extensionFor(cluster: Cluster, client: PrismaLike<PrismaTransaction>, bind: Bind): PrismaExtension {
  const write = async ({ args, query, __internalParams: internal }: PrismaOperation): Promise<unknown> =>
    // Within a transaction only all of it can be run again.
    internal?.transaction === undefined ? await retried(cluster, () => query(args)) : await query(args)
  return {
    name: 'cerci',
    query: {
      $allModels: Object.fromEntries(writes.map(name => [name, write])),
      $queryRaw: write,
      $queryRawUnsafe: write,
      $executeRaw: write,
      $executeRawUnsafe: write,
    },
    client: {
      async $transaction(
        this: object,
        work: ((tx: PrismaTransaction) => Promise<unknown>) | PromiseLike<unknown>[],
        options: PrismaTransactionOptions = {},
      ): Promise<unknown> {
        if (typeof work === 'function') {
          if (inTransaction.has(this)) return await begin(client, this, work, options)
          const { isolationLevel, ...others } = options
          const isolation = isolationLevel && isolations[isolationLevel]
          // What is said here counts more than the cluster's default, which would be set after it.
          return await bind(() => (isolation ? others : options), this).transaction(work, { isolation })
        }
        const batch = (): Promise<unknown> => client.$transaction.bind(this)(work, options)
        // Prisma's promises can be awaited again, and then run again.
        return inTransaction.has(this) ? await batch() : await retried(cluster, batch)
      },
    },
  }
}

async function retried(cluster: Cluster, attempt: () => Promise<unknown>): Promise<unknown> {
  return await retryTransaction(() => attempt().catch(rethrowUnwrapped), {
    ...cluster.pool.connections.settings.transaction,
    onRetry: ({ failure, error, attempt: failed, delayMs }) =>
      observeRetry(cluster.observers, 'transaction', failure, error, failed, delayMs),
  })
}

/** Errors of cerci come out as they are; Prisma would hide whether a write took effect. */
function rethrowUnwrapped(error: unknown): never {
  throw unwrapped(error)
}

/** Prisma counts the time of one attempt, and needs a number. */
function transactionTimeoutMs(deadlineMs: TransactionOptions['deadlineMs'] = 30_000): number {
  return deadlineMs === 'unlimited' ? maxTimerMs : Math.min(deadlineMs, maxTimerMs)
}

/** Prisma has more for PostgreSQL, and says itself what it thinks of them. */
const isolations: Readonly<Record<string, TransactionOptions['isolation']>> = {
  Serializable: 'serializable',
  ReadCommitted: 'read committed',
}

/** Operations that may need several statements, which Prisma then makes a transaction of. */
const writes: readonly string[] = [
  'create',
  'createMany',
  'createManyAndReturn',
  'update',
  'updateMany',
  'updateManyAndReturn',
  'upsert',
  'delete',
  'deleteMany',
]

function asClient(extended: unknown): PrismaLike<PrismaTransaction> {
  if (!isClient(extended)) throw new TypeError('$extends() of this Prisma client gave no client.')
  return extended
}

function isClient(value: unknown): value is PrismaLike<PrismaTransaction> {
  return typeof value === 'object' && value !== null && '$transaction' in value
}
