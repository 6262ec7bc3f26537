import {
  type CompiledQuery,
  type DatabaseConnection,
  DeleteQueryNode,
  InsertQueryNode,
  type OperationNode,
  type QueryResult,
  SelectQueryNode,
  TableNode,
} from 'kysely'
import type { MigrationLock } from '../lock/migration-lock.js'
import { withQueryTimeout } from '../query/query-timeout-scope.js'

/**
 * The connection that Kysely migrates on, asking for the lock before every statement. What Kysely itself then writes down, that a migration is done,
 * is done without: it is true, whoever has the lock.
 */
export class GuardedConnection {
  readonly #lock: MigrationLock
  readonly #restore: () => void
  /** The table in which Kysely writes down what is done: it reads that first. */
  #table: string | undefined
  /** Whether what is done was just written down, so that nothing is half-way. */
  #done = false

  /** @param timeoutMs for each statement */
  constructor(connection: DatabaseConnection, lock: MigrationLock, timeoutMs: number) {
    this.#lock = lock
    const execute = connection.executeQuery.bind(connection)
    const original = Object.getOwnPropertyDescriptor(connection, 'executeQuery')
    connection.executeQuery = async <Row>(query: CompiledQuery): Promise<QueryResult<Row>> => {
      const record = this.#isRecord(query.query)
      this.#done = false
      if (!record && query.sql !== 'rollback') lock.assertHeld()
      const result = await withQueryTimeout(timeoutMs, () => execute<Row>(query))
      this.#done = record
      return result
    }
    this.#restore = () => {
      if (original === undefined) Reflect.deleteProperty(connection, 'executeQuery')
      else Object.defineProperty(connection, 'executeQuery', original)
    }
  }

  /** @throws MigrationLockLostError when all migrations have succeeded, and nobody has been told yet */
  async release(): Promise<void> {
    this.#restore()
    await this.#lock.release().catch((error: unknown) => {
      if (this.#done) throw error // else it would take the place of what made a migration fail
    })
  }

  #isRecord(query: OperationNode): boolean {
    this.#table ??= SelectQueryNode.is(query) ? tableIn(query.from?.froms) : undefined
    const written =
      InsertQueryNode.is(query) && query.into !== undefined
        ? tableIn([query.into])
        : DeleteQueryNode.is(query)
          ? tableIn(query.from.froms)
          : undefined
    return written !== undefined && written === this.#table
  }
}

function tableIn(nodes: readonly OperationNode[] | undefined): string | undefined {
  const table = nodes?.find(node => TableNode.is(node))
  return table?.table.identifier.name
}
