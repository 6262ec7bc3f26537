import type { NodeKind, NodeOf } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { translateDelete } from '../statements/delete.js'
import { translateInsert } from '../statements/insert.js'
import { rewriteJoin, rewriteSelect, rewriteTableCommand, translateQuery } from '../statements/query.js'
import { translateUpdate } from '../statements/update.js'
import { rewriteCall } from './calls.js'
import { rewriteTableRef } from './names.js'
import { rewriteQueryOrdinality } from './ordinality.js'
import { rewriteReference } from './references.js'
import { rewriteCommonTable, rewriteStatementRef } from './statement-sources.js'
import { rewriteOperators } from './tokens.js'
import { rewriteType } from './types.js'

type RuleTable = { readonly [K in NodeKind]?: (node: NodeOf<K>, rewrite: Rewrite) => void }

/** What is done to nodes inside a statement, each after what is inside it. */
export const ruleTable: RuleTable = {
  call(call, rewrite) {
    rewriteOperators(call, rewrite)
    rewriteCall(call, rewrite)
  },
  'common-table': rewriteCommonTable,
  column: rewriteReference,
  constraint: rewriteReference,
  delete: translateDelete,
  insert: translateInsert,
  join: rewriteJoin,
  query: translateQuery,
  select: rewriteSelect,
  'query-ref': rewriteQueryOrdinality,
  'statement-ref': rewriteStatementRef,
  'table-command': rewriteTableCommand,
  'table-ref': rewriteTableRef,
  type: (type, rewrite) => rewriteType(type, rewrite),
  update: translateUpdate,
}
