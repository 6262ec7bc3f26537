import { type AlterRoleSetting, printName, printString } from '@cerci/sql'
import { normalizeVariableValue } from '../../variables/normalize-variable-value.js'
import { realSearchPath } from '../../variables/search-path.js'
import { findVariable } from '../../variables/variables.js'
import type { Outcome } from '../statements/outcome.js'
import { pathElements, unknownVariable } from '../statements/set-variable.js'
import { unimplemented } from '../unimplemented.js'

/** What a role's sessions begin with. Source: https://www.cockroachlabs.com/docs/v26.2/alter-role#set-default-session-variable-values-for-a-role */
export function translateRoleSetting(node: AlterRoleSetting): Outcome {
  if (node.role === undefined)
    throw unimplemented('ALTER ROLE ALL SET', 'Set the variable for each role, or with ALTER DATABASE … SET.')
  const database = node.database === undefined ? '' : ` IN DATABASE ${printName(node.database)}`
  const role = `ALTER ROLE ${printName(node.role)}${database}`
  return { kind: 'ddl', tag: 'ALTER ROLE', sql: `${role} ${settingSql(node)}` }
}

function settingSql(node: AlterRoleSetting): string {
  if (node.variable === 'all' && node.values.length === 0) return 'RESET ALL'
  const variable = findVariable(node.variable) ?? unknownVariable(node.variable)
  if (node.values.length === 0) return `RESET ${variable.guc}`
  if (variable.name === 'search_path')
    return `SET search_path = ${realSearchPath(node.values.flatMap(pathElements).join(', '))}`
  const value = normalizeVariableValue(variable, node.values.map(({ text }) => text).join(', '))
  return `SET ${variable.guc} = ${printString(value)}`
}
