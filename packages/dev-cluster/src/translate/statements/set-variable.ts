import type { NodeOf, SettingValue } from '@cerci/sql'
import { printName, printString } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { normalizeVariableValue } from '../../variables/normalize-variable-value.js'
import { realSearchPath } from '../../variables/search-path.js'
import { findVariable, type VariableInfo } from '../../variables/variables.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { unimplemented } from '../unimplemented.js'
import { grantedIsolation } from './granted-isolation.js'
import type { Outcome } from './outcome.js'

/** SET, SET LOCAL, USE. Source: https://www.cockroachlabs.com/docs/v26.2/set-vars */
export function translateSetVariable(node: NodeOf<'set-variable'>, rewrite: Rewrite): Outcome {
  if (node.name === 'database') return useDatabase(node.values)
  const variable = findVariable(node.name)
  if (!variable) return node.name.includes('.') ? setOwnSetting(node) : unknownVariable(node.name)
  const scope = node.local ? 'SET LOCAL' : 'SET'
  const effect = { set: variable.name, local: node.local }
  if (node.values.length === 0 || isDefault(node.values)) {
    return { kind: 'set', sql: `${scope} ${variable.guc} = DEFAULT`, effect: { ...effect, value: 'default' } }
  }
  if (variable.name === 'search_path') {
    const path = node.values.flatMap(pathElements).join(', ')
    return { kind: 'set', sql: `${scope} search_path = ${realSearchPath(path)}`, effect: { ...effect, value: path } }
  }
  if (variable.name === 'timezone' || variable.name === 'role') return setVerbatim(node, scope, variable)
  const asked = node.values.map(({ text }) => text).join(', ')
  const normal = normalizeVariableValue(variable, asked)
  if (variable.name === 'enforce_home_region' && normal === 'on') throw unimplemented('enforce_home_region')
  const value = variable.name.endsWith('transaction_isolation')
    ? grantedIsolation(asked.toLowerCase(), rewrite)
    : normal
  return { kind: 'set', sql: `${scope} ${variable.guc} = ${printString(value)}`, effect: { ...effect, value } }
}

/** RESET name, RESET ALL. */
export function translateResetVariable(node: NodeOf<'reset-variable'>): Outcome {
  if (node.name === 'all') return { kind: 'set', sql: 'RESET ALL', effect: { reset: 'all' } }
  if (node.name === 'database')
    return { kind: 'set', sql: 'SELECT', tag: 'RESET', effect: { useDatabase: 'defaultdb' } }
  const variable = findVariable(node.name) ?? unknownVariable(node.name)
  return {
    kind: 'set',
    sql: `RESET ${variable.guc}`,
    effect: { set: variable.name, value: 'default', local: false },
  }
}

/** DISCARD ALL and its parts. The gateway keeps a session's facts in settings, which PostgreSQL's own DISCARD ALL resets rightly. */
export function translateDiscard(node: NodeOf<'discard'>): Outcome {
  return node.what === 'all' ? { kind: 'set', effect: { reset: 'discard' } } : { kind: 'set' }
}

export function unknownVariable(name: string): never {
  throw new SqlError(sqlState.undefined_object, `unrecognized configuration parameter "${name}"`)
}

/** The session moves to another backend, so PostgreSQL has nothing to run but must answer SET. */
function useDatabase(values: readonly SettingValue[]): Outcome {
  const name = values.length === 0 || isDefault(values) ? 'defaultdb' : values.map(({ text }) => text).join('.')
  if (name === '') throw new SqlError(sqlState.invalid_catalog_name, 'no database or schema specified')
  return { kind: 'set', sql: "SET crdb.cerci_use = ''", tag: 'SET', effect: { useDatabase: name } }
}

/** A setting of the application's own, such as `app.tenant`. */
function setOwnSetting(node: NodeOf<'set-variable'>): Outcome {
  if (node.name.startsWith('crdb.')) return unknownVariable(node.name)
  const name = node.name.split('.').map(printName).join('.')
  const scope = node.local ? 'SET LOCAL' : 'SET'
  const value = node.values.length === 0 ? 'DEFAULT' : node.values.map(({ text }) => printString(text)).join(', ')
  return { kind: 'set', sql: `${scope} ${name} = ${value}` }
}

/** A value that PostgreSQL itself judges. */
function setVerbatim(node: NodeOf<'set-variable'>, scope: string, variable: VariableInfo): Outcome {
  const text = node.values.map(value => value.text).join(', ')
  const effect = { set: variable.name, value: text, local: node.local }
  if (variable.name === 'timezone' && node.values[0]?.interval) {
    return { kind: 'set', sql: `${scope} TIME ZONE INTERVAL ${printString(text)} HOUR TO MINUTE`, effect }
  }
  const number = /^[+-]?\d+(\.\d+)?$/.test(text)
  const value = variable.name === 'timezone' && (number || text === 'local') ? text : printString(text)
  const sql =
    variable.name === 'timezone' && number ? `${scope} TIME ZONE ${text}` : `${scope} ${variable.guc} = ${value}`
  return { kind: 'set', sql, effect }
}

function isDefault(values: readonly SettingValue[]): boolean {
  return values.length === 1 && values[0]?.quoted === false && values[0].text === 'default'
}

/** CockroachDB takes a whole path in one string; an element that is no plain name is quoted. */
export function pathElements(value: SettingValue): readonly string[] {
  const elements = value.quoted && value.text.includes(',') ? value.text.split(',') : [value.text]
  return elements.flatMap(element => {
    const name = element.trim().replaceAll('"', '')
    if (name === '') return []
    return name === '$user' ? '"$user"' : printName(name)
  })
}
