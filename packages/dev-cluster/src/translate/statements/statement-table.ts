import type { NodeOf, StatementNode } from '@cerci/sql'
import { translateAlterTable } from '../ddl/alter-table.js'
import { translateCreateIndex } from '../ddl/create-index.js'
import { translateCreateTable } from '../ddl/create-table.js'
import { translateCreateDatabase, translateDropDatabase } from '../ddl/databases.js'
import { translateAlterIndex, translateDropIndex } from '../ddl/drop-index.js'
import { translateRoleSetting } from '../ddl/role-setting.js'
import { translateCreateRole, translateDropRole, translateGrant } from '../ddl/roles.js'
import {
  translateComment,
  translateCreateSchema,
  translateCreateSequence,
  translateCreateStatistics,
  translateCreateType,
  translateCreateView,
  translateDropObject,
  translateTruncate,
} from '../ddl/schema-objects.js'
import { translateSplitRanges } from '../ranges/split-ranges.js'
import { translateAlterDatabase } from '../regions/alter-database.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { translateShow } from '../show/translate-show.js'
import { translateConfigureZone } from '../zones/configure-zone.js'
import { translateCopy } from './copy.js'
import { translateDelete } from './delete.js'
import { translateExplain } from './explain.js'
import { translateInsert } from './insert.js'
import type { Outcome } from './outcome.js'
import { translatePlain } from './plain.js'
import { translateDeclare, translatePrepare } from './prepare.js'
import { translateQuery } from './query.js'
import { translateSetClusterSetting } from './set-cluster-setting.js'
import { translateDiscard, translateResetVariable, translateSetVariable } from './set-variable.js'
import {
  translateBegin,
  translateCommit,
  translateRelease,
  translateRollback,
  translateRollbackTo,
  translateSavepoint,
  translateSetTransaction,
} from './transaction.js'
import { translateUpdate } from './update.js'

type StatementTable = {
  readonly [K in StatementNode['kind']]: (node: NodeOf<K>, rewrite: Rewrite) => Outcome
}

/** How each kind of statement is translated. What is inside a statement has been rewritten before. */
export const statementTable: StatementTable = {
  'alter-database': translateAlterDatabase,
  'alter-index': translateAlterIndex,
  'alter-role-setting': translateRoleSetting,
  'alter-table': translateAlterTable,
  begin: translateBegin,
  comment: translateComment,
  commit: translateCommit,
  'configure-zone': translateConfigureZone,
  copy: translateCopy,
  'create-database': translateCreateDatabase,
  'create-index': translateCreateIndex,
  'create-role': translateCreateRole,
  'create-schema': translateCreateSchema,
  'create-sequence': translateCreateSequence,
  'create-statistics': translateCreateStatistics,
  'create-table': translateCreateTable,
  'create-type': translateCreateType,
  'create-view': translateCreateView,
  declare: translateDeclare,
  delete: translateDelete,
  discard: translateDiscard,
  'drop-database': translateDropDatabase,
  'drop-index': translateDropIndex,
  'drop-object': translateDropObject,
  'drop-role': translateDropRole,
  explain: translateExplain,
  grant: translateGrant,
  insert: translateInsert,
  plain: translatePlain,
  prepare: translatePrepare,
  query: translateQuery,
  release: translateRelease,
  'reset-variable': translateResetVariable,
  rollback: translateRollback,
  'rollback-to': translateRollbackTo,
  savepoint: translateSavepoint,
  'set-cluster-setting': translateSetClusterSetting,
  'set-transaction': translateSetTransaction,
  'set-variable': translateSetVariable,
  show: translateShow,
  'split-ranges': translateSplitRanges,
  truncate: translateTruncate,
  update: translateUpdate,
}
