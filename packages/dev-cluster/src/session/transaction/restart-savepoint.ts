import type { Translation } from '../../translate/translation.js'

/** @see https://www.cockroachlabs.com/docs/v26.2/advanced-client-side-transaction-retries#retry-savepoints */
const RESTART_SAVEPOINT = 'cockroach_restart'

/** What a statement about the retry savepoint does. */
export type RestartAction = 'declare' | 'commit' | 'restart'

/**
 * Whether a statement is about the retry savepoint, and how.
 *
 * @param anyName `force_savepoint_restart`: every savepoint is one
 */
export function restartAction(translation: Translation, anyName: boolean): RestartAction | undefined {
  const { kind, savepoint } = translation
  if (savepoint === undefined || (!anyName && savepoint !== RESTART_SAVEPOINT)) return undefined
  if (kind === 'savepoint') return 'declare'
  if (kind === 'release') return 'commit'
  return kind === 'rollback-to' ? 'restart' : undefined
}

/**
 * A statement about the retry savepoint as PostgreSQL gets it. No real savepoint is made: PostgreSQL would then refuse SET TRANSACTION
 * after it, and could not restart the transaction from it.
 */
export function restartTranslation(translation: Translation, anyName: boolean): Translation {
  const action = restartAction(translation, anyName)
  return action === undefined ? translation : { ...translation, ...asPostgres[action] }
}

/** Does nothing, with the tag of a statement about a savepoint. */
export function noSavepoint(translation: Translation): Translation {
  const action =
    translation.kind === 'savepoint' ? 'SAVEPOINT' : translation.kind === 'release' ? 'RELEASE' : 'ROLLBACK'
  return { ...translation, sql: asPostgres.declare.sql, tag: action }
}

const asPostgres: Record<RestartAction, Pick<Translation, 'sql' | 'tag'>> = {
  // Something that PostgreSQL takes where it takes SET TRANSACTION, and that changes nothing.
  declare: { sql: "SET LOCAL crdb.cerci_restart = ''", tag: 'SAVEPOINT' },
  commit: { sql: 'COMMIT', tag: 'RELEASE' },
  restart: { sql: 'ROLLBACK', tag: 'ROLLBACK' },
}
