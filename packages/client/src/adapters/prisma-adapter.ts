import { CerciError } from '../errors/cerci-error.js'
import { ConnectionError, PoolTimeoutError } from '../errors/connection-errors.js'
import { SqlState } from '../errors/sqlstate.js'
import { errorChain } from '../retry/error-chain.js'

/** What is used of a factory of Prisma's driver adapters, and of what it makes. https://www.prisma.io/docs/orm/overview/databases/database-drivers */
export interface PrismaAdapterFactory<Adapter extends PrismaAdapter<Transaction>, Transaction extends PrismaQueryable> {
  connect(): Promise<Adapter>
}

export interface PrismaQueryable {
  queryRaw(query: never): Promise<unknown>
  executeRaw(query: never): Promise<unknown>
}

export interface PrismaAdapter<Transaction extends PrismaQueryable> extends PrismaQueryable {
  startTransaction(isolationLevel?: never): Promise<Transaction>
}

/**
 * Has a driver adapter keep what cerci knows. Prisma copies only the code and the message of an error that is none of a server, and so loses
 * whether a write took effect; within an error of its adapters it keeps everything.
 *
 * @example
 * const prisma = new PrismaClient({ adapter: prismaAdapter(new PrismaPg(cluster.pool)) })
 */
export function prismaAdapter<Factory extends PrismaAdapterFactory<PrismaAdapter<PrismaQueryable>, PrismaQueryable>>(
  factory: Factory,
): Factory {
  const connect = factory.connect.bind(factory)
  factory.connect = async () => {
    const adapter = keepErrors(await connect())
    const start = adapter.startTransaction.bind(adapter)
    adapter.startTransaction = isolationLevel => start(isolationLevel).then(keepErrors, rethrow)
    return adapter
  }
  return factory
}

/**
 * The error of cerci that an error of Prisma wraps; the error itself where there is none, or where no connection could be opened: nothing was sent then,
 * so Prisma's own P1001, P1003 and P1000 say all that is known.
 */
export function unwrapped(error: unknown): unknown {
  const own = errorChain(error).find(link => link instanceof CerciError)
  return own === undefined || failedToOpen(own) !== undefined ? error : own
}

/** The connection that could not be opened, where that is what the error says: at once, or after waiting for the end of an outage. */
function failedToOpen(error: CerciError): ConnectionError | undefined {
  const failed = error instanceof PoolTimeoutError && error.reason === 'unreachable' ? error.cause : error
  return failed instanceof ConnectionError ? failed : undefined
}

function keepErrors<Queryable extends PrismaQueryable>(queryable: Queryable): Queryable {
  const query = queryable.queryRaw.bind(queryable)
  const execute = queryable.executeRaw.bind(queryable)
  queryable.queryRaw = statement => query(statement).catch(rethrow)
  queryable.executeRaw = statement => execute(statement).catch(rethrow)
  return queryable
}

function rethrow(error: unknown): never {
  throw error instanceof CerciError ? new DriverAdapterError(error) : error
}

/** As Prisma recognises errors of its adapters: by their name, and by a cause that says the kind. */
class DriverAdapterError extends Error {
  constructor(error: CerciError) {
    const { code, message } = error
    super(message, { cause: { ...kindOf(error), originalCode: code, originalMessage: message, cause: error } })
  }

  static {
    this.prototype.name = 'DriverAdapterError'
  }
}

/** How Prisma's own adapter calls a connection that cannot be opened: Prisma makes P1001, P1003 and P1000 of it. The rest is of no kind. */
function kindOf(error: CerciError): object {
  const { code, message } = error
  const failed = failedToOpen(error)
  if (failed !== undefined) {
    const { sqlState, nodes } = failed
    const name = failed.cause instanceof Error ? /"(.+?)"/.exec(failed.cause.message)?.[1] : undefined
    if (sqlState === SqlState.invalidCatalogName) return { kind: 'DatabaseDoesNotExist', db: name }
    if (sqlState === SqlState.invalidPassword) return { kind: 'AuthenticationFailed', user: name }
    if (sqlState === undefined || error instanceof PoolTimeoutError)
      return { kind: 'DatabaseNotReachable', host: nodes.map(({ address }) => address).join(', ') }
  }
  return { kind: 'postgres', code, severity: 'ERROR', message }
}
