import type { SqlError } from '../errors/sql-error.js'
import type { TableAccess } from '../placement/table-access.js'
import type { AsOf } from './as-of/as-of.js'
import type { JobCommand } from './statements/control-jobs.js'
import type { TransactionModes } from './transaction-modes.js'

/** What running a statement means to the session, beside its result. */
export type TranslationKind =
  | 'read'
  | 'write'
  | 'ddl'
  | 'begin'
  | 'commit'
  | 'rollback'
  | 'savepoint'
  | 'release'
  | 'rollback-to'
  | 'set'
  | 'copy-in'
  | 'copy-out'
  | 'other'
  | 'empty'

/** Something that the session or the cluster must know of when the statement has succeeded. */
export type TranslationEffect =
  /** The value is as SHOW prints it; `default` stands for the variable's default. */
  | { readonly set: string; readonly value: string; readonly local: boolean }
  | { readonly useDatabase: string }
  | { readonly setClusterSetting: string; readonly value: string }
  /** `fields` are those of the cluster's own zone `configureZone`; undefined takes its configuration away. */
  | { readonly configureZone: string; readonly fields: Readonly<Record<string, string>> | undefined }
  | { readonly reset: 'all' | 'discard' }
  /** `setup`: one PostgreSQL statement that a superuser is to run in the new database. */
  | { readonly createDatabase: string; readonly setup?: string }
  /** `mustBeEmpty`: why it is not dropped when there is something of a user in it. */
  | { readonly dropDatabase: string; readonly mustBeEmpty?: SqlError }
  | { readonly cancel: 'query' | 'session'; readonly ifExists: boolean }
  | { readonly controlJobs: JobCommand }

/** One CockroachDB statement as exactly one PostgreSQL statement, and what the session must know of it. */
export interface Translation {
  /** One PostgreSQL statement; where several are needed, a DO block holds them. */
  readonly sql: string
  readonly kind: TranslationKind
  /** The command tag for the client where it differs from PostgreSQL's; a count in PostgreSQL's tag is not part of it. */
  readonly tag?: string
  /** The savepoint's name, for the kinds savepoint, release and rollback-to. */
  readonly savepoint?: string
  readonly effect?: TranslationEffect
  /** What BEGIN or SET TRANSACTION says of the transaction. */
  readonly transaction?: TransactionModes
  /** The time at which a read wants to see the data; `sql` no longer says it. Also set for BEGIN and SET TRANSACTION. */
  readonly asOf?: AsOf
  /** The database, other than the session's, in which it has to run. */
  readonly database?: string
  /** Holds for one execution: it shows what runs now, or depends on another database's catalog. */
  readonly live?: true
  /** Shows what an aborted or released transaction has come to, and so runs in one as well. */
  readonly observes?: true
  /** The job that CockroachDB would run for the statement. */
  readonly job?: { readonly type: string; readonly description: string }
  /** The tables that it touches; absent for none. */
  readonly accesses?: readonly TableAccess[]
  /** The statement with constants, placeholders and lists shortened, https://www.cockroachlabs.com/docs/v26.2/ui-statements-page. */
  readonly fingerprint: string
  /** What shortened names in `sql` stand for; absent when none was shortened. */
  readonly longNames?: ReadonlyMap<string, string>
  /** Maps a 1-based character position in `sql` to one in the text that was translated. Absent: they are the same. */
  readonly position?: (pgPosition: number) => number
}
