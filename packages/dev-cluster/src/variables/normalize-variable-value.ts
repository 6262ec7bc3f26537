import { SqlError } from '../errors/sql-error.js'
import { sqlState } from '../errors/sql-state.js'
import { parseDurationMs } from './parse-duration.js'
import type { VariableInfo } from './variables.js'

const truths = new Map([
  ...['on', 'true', 'yes', 't', 'y', '1'].map(word => [word, 'on'] as const),
  ...['off', 'false', 'no', 'f', 'n', '0'].map(word => [word, 'off'] as const),
])

/** Isolation levels that CockroachDB upgrades, https://www.cockroachlabs.com/docs/v26.2/transactions#isolation-levels. */
const upgradedIsolation = new Map([
  ['read uncommitted', 'read committed'],
  ['repeatable read', 'serializable'],
  ['snapshot', 'serializable'],
])

/**
 * The value that PostgreSQL stores for `SET variable = text`; SHOW prints the same. Booleans become `on` or `off`,
 * durations whole milliseconds, enum words their canonical spelling. Throws
 * 22023 for a value the variable does not take, 55P02 for a variable that cannot be set.
 */
export function normalizeVariableValue(variable: VariableInfo, text: string): string {
  if (variable.home === 'readonly') {
    throw new SqlError(sqlState.cant_change_runtime_param, `parameter "${variable.name}" cannot be changed`)
  }
  switch (variable.kind) {
    case 'bool':
      return truths.get(text.trim().toLowerCase()) ?? refuse(variable, text, 'the value must be a boolean: on or off')
    case 'int':
      return normalizeInteger(variable, text)
    case 'duration':
      return (
        parseDurationMs(text) ??
        refuse(variable, text, 'a timeout is a number of milliseconds, or such as 10s or 1m30s')
      ).toString()
    case 'enum':
      return normalizeWord(variable, text)
    case 'string':
      break
  }
  return text
}

function normalizeInteger(variable: VariableInfo, text: string): string {
  if (!/^[+-]?\d+$/.test(text.trim())) return refuse(variable, text, 'the value must be an integer')
  return BigInt(text.trim().replace(/^\+/, '')).toString()
}

function normalizeWord(variable: VariableInfo, text: string): string {
  const values = variable.values ?? []
  const asked = text.trim().toLowerCase()
  const known = values.find(value => value.toLowerCase() === asked) ?? values.find(value => value === truths.get(asked))
  if (known === undefined) return refuse(variable, text, `available values: ${values.join(',')}`)
  return variable.name.endsWith('transaction_isolation') ? (upgradedIsolation.get(known) ?? known) : known
}

function refuse(variable: VariableInfo, text: string, hint: string): never {
  throw new SqlError(sqlState.invalid_parameter_value, `invalid value for parameter "${variable.name}": "${text}"`, {
    hint,
  })
}
