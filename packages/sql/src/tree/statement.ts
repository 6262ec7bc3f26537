import type { Expression, Range } from './node.js'
import type {
  AlterDatabase,
  AlterRoleSetting,
  CommentOn,
  ConfigureZone,
  CreateDatabase,
  CreateRole,
  CreateSchema,
  CreateSequence,
  CreateStatistics,
  CreateType,
  CreateView,
  DropDatabase,
  DropObject,
  DropRole,
  Grant,
  Truncate,
} from './object.js'
import type { Query } from './query.js'
import type {
  Begin,
  Commit,
  Copy,
  Declare,
  Discard,
  Explain,
  Prepare,
  Release,
  ResetVariable,
  Rollback,
  RollbackTo,
  Savepoint,
  SetClusterSetting,
  SetTransaction,
  SetVariable,
  Show,
} from './session.js'
import type { AlterIndex, AlterTable, CreateIndex, CreateTable, DropIndex, SplitRanges } from './table.js'
import type { Delete, Insert, Update } from './write.js'

/** A statement whose inside is not parsed: its leading words, and all of it as an expression. */
export interface Plain extends Range {
  readonly kind: 'plain'
  /** The longest known run of leading words, in lower case: `create function`, `alter sequence`. */
  readonly head: string
  readonly expression: Expression
}

export type StatementNode =
  | AlterDatabase
  | AlterIndex
  | AlterRoleSetting
  | AlterTable
  | Begin
  | CommentOn
  | Commit
  | ConfigureZone
  | Copy
  | CreateDatabase
  | CreateIndex
  | CreateRole
  | CreateSchema
  | CreateSequence
  | CreateStatistics
  | CreateTable
  | CreateType
  | CreateView
  | Declare
  | Delete
  | Discard
  | DropDatabase
  | DropIndex
  | DropObject
  | DropRole
  | Explain
  | Grant
  | Insert
  | Plain
  | Prepare
  | Query
  | ResetVariable
  | Rollback
  | Savepoint
  | Release
  | RollbackTo
  | SetClusterSetting
  | SetTransaction
  | SetVariable
  | Show
  | SplitRanges
  | Truncate
  | Update
