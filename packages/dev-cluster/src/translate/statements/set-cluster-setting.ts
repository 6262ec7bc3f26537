import type { NodeOf, Range } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { Outcome } from './outcome.js'

/** SET CLUSTER SETTING. The cluster's state holds the value; PostgreSQL only answers, and only outside of a transaction. */
export function translateSetClusterSetting(node: NodeOf<'set-cluster-setting'>, rewrite: Rewrite): Outcome {
  if (rewrite.context.session.user !== 'root') {
    throw new SqlError(
      sqlState.insufficient_privilege,
      'only users with MODIFYCLUSTERSETTING or MODIFYSQLCLUSTERSETTING privileges are allowed to set cluster setting',
    )
  }
  const value = node.value ? constantText(node.value, rewrite) : 'default'
  return {
    kind: 'other',
    sql: "SET crdb.cerci_cluster_setting = ''",
    tag: 'SET CLUSTER SETTING',
    effect: { setClusterSetting: node.name, value },
  }
}

function constantText(range: Range, rewrite: Rewrite): string {
  const texts: string[] = []
  for (let index = range.start; index < range.end; index++) {
    const token = rewrite.token(index)
    if (token.kind === 'placeholder') {
      throw new SqlError(sqlState.feature_not_supported, 'unimplemented: placeholders in SET CLUSTER SETTING')
    }
    if (['::', ':::'].includes(token.text)) break
    if (!(token.kind === 'word' && token.value === 'interval')) texts.push(token.value)
  }
  return texts.join('')
}
