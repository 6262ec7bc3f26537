import { splitStatements } from '@cerci/sql'
import type {
  ConnectionInfo,
  SqlDriverAdapter,
  SqlQuery,
  SqlResultSet,
  Transaction,
} from '@prisma/driver-adapter-utils'
import { retryTransaction } from 'cerci'
import type pg from 'pg'
import { PrismaEngineError } from '../prisma-engine-error.js'
import { columnReading } from './column-types.js'
import { toDriverError } from './driver-error.js'

/** What an engine's database is made of. */
export interface EngineDatabaseParts {
  readonly client: pg.PoolClient
  readonly database: string
  readonly schema: string
  /** Throws when no statement may be sent any more. */
  readonly permit: () => void
  readonly close: () => Promise<void>
}

/**
 * One pinned session, as Prisma's engine wants it: it sets session variables once, and expects them to last.
 * Outside of transactions, what CockroachDB refused with 40001 is sent again.
 */
export class EngineDatabase implements SqlDriverAdapter {
  readonly provider = 'postgres'
  readonly adapterName = '@cerci/prisma-engine'
  readonly #parts: EngineDatabaseParts
  #underWay: Promise<unknown> = Promise.resolve()
  #closed: Promise<void> | undefined

  constructor(parts: EngineDatabaseParts) {
    this.#parts = parts
  }

  async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    const { fields, rows } = await this.#send(query)
    const columns = fields.map(field => columnReading(field.dataTypeID))
    return {
      columnNames: fields.map(field => field.name),
      columnTypes: columns.map(column => column.type),
      rows: rows.map(row => row.map((value, at) => (value === null ? null : columns[at]?.read(value)))),
    }
  }

  async executeRaw(query: SqlQuery): Promise<number> {
    return (await this.#send(query)).rowCount ?? 0
  }

  /**
   * Statement by statement, each by itself: a schema change inside a transaction, even an implicit one of several statements, has
   * restrictions and fails later. https://www.cockroachlabs.com/docs/v26.2/online-schema-changes#schema-changes-within-transactions
   */
  async executeScript(script: string): Promise<void> {
    const { source, tokens, ranges } = splitStatements(script)
    for (const { start, end } of ranges) {
      const first = tokens[start]
      const last = tokens[end - 1]
      if (first === undefined || last === undefined) continue
      await this.#send({ sql: source.slice(first.start, last.end), args: [], argTypes: [] })
    }
  }

  /** The engine has no use for one: its migrations are not transactions. */
  startTransaction(): Promise<Transaction> {
    return Promise.reject(
      new PrismaEngineError('CERCI_PRISMA_UNSUPPORTED', {
        what: 'A transaction of the schema engine',
        next: 'Please report what asked for it.',
      }),
    )
  }

  getConnectionInfo(): ConnectionInfo {
    return { schemaName: this.#parts.schema, supportsRelationJoins: true }
  }

  /** Waits for the statement under way, then closes the session. */
  async dispose(): Promise<void> {
    this.#closed ??= this.#underWay.then(this.#parts.close, this.#parts.close)
    await this.#closed
  }

  async #send({ sql, args }: SqlQuery): Promise<pg.QueryArrayResult<(string | null)[]>> {
    const { client, database, permit } = this.#parts
    const send = async () => {
      permit()
      return await client.query<(string | null)[]>({
        ...unlimited,
        text: sql,
        values: args,
        rowMode: 'array',
        types: asText,
      })
    }
    const answer = inTransaction(client) ? send() : retryTransaction(send)
    this.#underWay = answer
    try {
      return await answer
    } catch (error) {
      throw toDriverError(error, database)
    }
  }
}

/** Where the application's own script began a transaction, only all of it could be sent again. */
function inTransaction(client: pg.PoolClient): boolean {
  return 'getTransactionStatus' in client && typeof client.getTransactionStatus === 'function'
    ? client.getTransactionStatus() !== 'I'
    : true
}

/** A migration may take longer than the `queryTimeoutMs` of the application's cluster. */
const unlimited = { timeoutMs: 'unlimited' }

const asText: pg.CustomTypesConfig = { getTypeParser: () => String }
