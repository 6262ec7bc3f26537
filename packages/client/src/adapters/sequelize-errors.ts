import { CerciError } from '../errors/cerci-error.js'
import { ConnectionError, PoolClosedError, PoolTimeoutError } from '../errors/connection-errors.js'
import { errorChain } from '../retry/error-chain.js'
import type { QueryClass } from './sequelize-integers.js'

/** Sequelize's classes for connections that are not to be had. https://sequelize.org/api/v6/class/src/errors/connection-error.js~connectionerror */
export interface SequelizeErrors {
  readonly ConnectionError: ErrorClass
  readonly ConnectionAcquireTimeoutError: ErrorClass
  readonly ConnectionRefusedError: ErrorClass
  readonly HostNotFoundError: ErrorClass
  readonly HostNotReachableError: ErrorClass
}

type ErrorClass = new (parent: Error) => Error

/** What is used of Sequelize's connection manager. */
export interface SequelizeConnector {
  connect(config: object): Promise<unknown>
}

/** Has a connection that is not to be had told as Sequelize tells it, by a `ConnectionError` with ours as its `parent`: nothing was sent, so that says all. */
export function adaptConnectionErrors(connector: SequelizeConnector, errors: SequelizeErrors): void {
  const connect = connector.connect.bind(connector)
  connector.connect = config =>
    connect(config).catch((error: unknown) => {
      throw connectionErrorOf(errors, error) ?? error
    })
}

/** A Query that does the same: connections are opened by the statement that needs one. */
export function tellingConnectionErrors(Query: QueryClass, errors: SequelizeErrors): QueryClass {
  return class extends Query {
    constructor(...parts: never[]) {
      super(...parts)
      if (!Object.hasOwn(this, 'formatError')) return
      // The option rawErrors has put another one on the object; connections that are not to be had are told apart all the same.
      const raw = this.formatError.bind(this)
      Object.assign(this, {
        formatError: (error: unknown, stack?: string) => connectionErrorOf(errors, error) ?? raw(error, stack),
      })
    }

    override formatError(error: unknown, stack?: string): unknown {
      return connectionErrorOf(errors, error) ?? super.formatError(error, stack)
    }
  }
}

function connectionErrorOf(errors: SequelizeErrors, error: unknown): Error | undefined {
  const own = errorChain(error).find(link => link instanceof CerciError)
  if (own === undefined) return undefined
  const name = nameFor(own)
  return name === undefined ? undefined : new errors[name](own)
}

/** Undefined where a statement may have been sent. */
function nameFor(error: CerciError): keyof SequelizeErrors | undefined {
  if (error instanceof PoolClosedError) return error.outcome === 'not-executed' ? 'ConnectionError' : undefined
  const failed = error instanceof PoolTimeoutError && error.reason === 'unreachable' ? error.cause : error
  if (failed instanceof PoolTimeoutError) return 'ConnectionAcquireTimeoutError'
  if (!(failed instanceof ConnectionError)) return undefined
  const { cause } = failed
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return (typeof code === 'string' && names[code]) || 'ConnectionError'
}

/** As Sequelize chooses for PostgreSQL. */
const names: Readonly<Record<string, keyof SequelizeErrors>> = {
  ECONNREFUSED: 'ConnectionRefusedError',
  ENOTFOUND: 'HostNotFoundError',
  EHOSTUNREACH: 'HostNotReachableError',
}
