import type { CatalogSnapshot } from '../catalog/snapshot.js'
import { SqlError } from '../errors/sql-error.js'
import { sqlState } from '../errors/sql-state.js'
import type { SessionServices } from '../gateway/gateway-services.js'
import { CatalogMissing } from '../translate/other-database.js'
import type { TranslateContext } from '../translate/translate-context.js'
import type { Translation } from '../translate/translation.js'
import type { Backend } from './backend/backend.js'
import { unknownDatabase } from './client/error-frames.js'
import type { ResultBuffer } from './client/result-buffer.js'
import type { ImplicitPast } from './past/historical-read.js'
import type { SessionVariables } from './session-variables.js'
import type { SessionWatcher } from './session-watcher.js'
import type { PreparedStatements } from './statement/prepared-statements.js'
import type { Statement } from './statement/statement.js'
import { restartTranslation } from './transaction/restart-savepoint.js'
import { savepointNames, type TransactionState } from './transaction/transaction-state.js'

/** What the parts of a session share. */
export interface SessionContext {
  readonly services: SessionServices
  readonly nodeId: number
  readonly user: string
  readonly variables: SessionVariables
  readonly prepared: PreparedStatements
  readonly output: ResultBuffer
  readonly watcher: SessionWatcher
  /** Moves the session to another database: a new backend, with the session's variables and prepared statements. */
  readonly useDatabase: (name: string) => Promise<void>
  /** Has work done on a backend in another database, which takes the place of the session's own meanwhile. */
  readonly visit: <T>(database: string, work: (backend: Backend) => Promise<T>) => Promise<T>
  /** Resets the client's connection. */
  readonly cut: () => void
  /** Waits, unless the session or its query is ended, before or meanwhile. */
  readonly sleep: (ms: number) => Promise<void>
  /** Does work of the gateway's own, which a cancellation of the query under way does not strike. */
  readonly undisturbed: <T>(work: () => Promise<T>) => Promise<T>
  database: string
  backend: Backend
  /** The explicit transaction, or undefined outside of one. */
  transaction: TransactionState | undefined
  /** Whether the extended protocol has begun an implicit transaction that no Sync has ended yet. */
  implicitOpen: boolean
  /** The portal of the transaction that has rows to come; undefined when none has. */
  suspendedPortal: string | undefined
  /** Set while the client's implicit transaction reads the past. */
  implicitPast: ImplicitPast | undefined
  /** Whether PostgreSQL takes another time for the present, for one statement. */
  clockShifted: boolean
  /** Why the batch under way must not go on; reset with each batch. */
  interrupted: 'cancelled' | 'closed' | undefined
}

/**
 * The statements of a text from the given one on, translated.
 *
 * @throws {SqlError}
 */
export function translateText(
  context: SessionContext,
  text: string,
  from = 0,
): readonly Statement[] | Promise<readonly Statement[]> {
  const catalog = context.services.catalogs.peek(context.database)
  if (catalog === undefined) return translateLater(context, text, from)
  try {
    return translateWith(context, text, from, catalog)
  } catch (error) {
    if (error instanceof CatalogMissing) return translateLater(context, text, from)
    throw error
  }
}

async function translateLater(context: SessionContext, text: string, from: number): Promise<readonly Statement[]> {
  const { catalogs } = context.services
  for (;;) {
    const catalog = await catalogs.current(context.database)
    try {
      return translateWith(context, text, from, catalog)
    } catch (error) {
      if (!(error instanceof CatalogMissing)) throw error
      await loadCatalog(context, error.database)
    }
  }
}

/** @throws {SqlError} when the database has gone meanwhile */
async function loadCatalog({ services: { catalogs } }: SessionContext, database: string): Promise<void> {
  try {
    await catalogs.current(database)
  } catch (error) {
    if (!(error instanceof SqlError) || error.code !== sqlState.invalid_catalog_name) throw error
    catalogs.forget(database)
    throw unknownDatabase(database)
  }
}

function translateWith(
  context: SessionContext,
  text: string,
  from: number,
  catalog: CatalogSnapshot,
): readonly Statement[] {
  const { translator, log } = context.services
  const translateContext = translateContextOf(context, catalog)
  try {
    const cached = from === 0 ? translator.cached(text, translateContext) : undefined
    const translations = cached ?? translator.translate(text, translateContext, from)
    return translations.map(translation => ({ text, translation: forSession(context, translation) }))
  } catch (error) {
    if (error instanceof SqlError || error instanceof CatalogMissing) throw error
    log(`translating ${JSON.stringify(text)} failed: ${error instanceof Error ? (error.stack ?? '') : String(error)}`)
    const hint = 'This is a bug of the dev cluster; its log says more.'
    throw new SqlError(sqlState.internal_error, `internal error: ${String(error)}`, { hint, cause: error })
  }
}

function translateContextOf(context: SessionContext, catalog: CatalogSnapshot): TranslateContext {
  const { variables } = context
  return {
    catalog,
    catalogOf: database => context.services.catalogs.peek(database),
    cluster: context.services.state(),
    activity: () => ({ sessions: context.services.sessions(), jobs: context.services.jobs.list() }),
    session: {
      database: context.database,
      user: context.user,
      searchPath: context.watcher.searchPath,
      nodeId: context.nodeId,
      savepoints: () => savepointNames(context.transaction),
      variable: name => variables.get(name),
    },
  }
}

function forSession(context: SessionContext, translation: Translation): Translation {
  const { transaction, database } = context
  // PostgreSQL answers nothing any more in such a transaction.
  if (translation.observes && transaction !== undefined && transaction.phase !== 'open')
    return { ...translation, database }
  if (translation.savepoint === undefined) return translation
  return restartTranslation(translation, context.variables.isOn('force_savepoint_restart'))
}
