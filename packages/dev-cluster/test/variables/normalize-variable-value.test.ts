import { expect, test } from 'vitest'
import { normalizeVariableValue } from '../../src/variables/normalize-variable-value.js'
import { findVariable, variables } from '../../src/variables/variables.js'

function normalize(name: string, text: string): string {
  const variable = findVariable(name)
  if (!variable) throw new Error(`no variable ${name}`)
  return normalizeVariableValue(variable, text)
}

test.each([
  ['sql_safe_updates', 'TRUE', 'on'],
  ['sql_safe_updates', '0', 'off'],
  ['statement_timeout', '10000', '10000'],
  ['statement_timeout', '10s', '10000'],
  ['statement_timeout', '1m30s', '90000'],
  ['lock_timeout', '1 minute', '60000'],
  ['lock_timeout', '00:00:01.5', '1500'],
  ['idle_session_timeout', '1h', '3600000'],
  ['statement_timeout', '1us', '1'],
  ['distsql', 'OFF', 'off'],
  ['vectorize', 'true', 'on'],
  ['default_int_size', '4', '4'],
  ['client_encoding', 'utf8', 'UTF8'],
  ['default_transaction_isolation', 'READ COMMITTED', 'read committed'],
  ['default_transaction_isolation', 'snapshot', 'serializable'],
  ['transaction_isolation', 'read uncommitted', 'read committed'],
  ['reorder_joins_limit', '+4', '4'],
  ['application_name', ' my app ', ' my app '],
])('%s takes %s as %s', (name, text, expected) => {
  expect(normalize(name, text)).toBe(expected)
})

test.each([
  ['sql_safe_updates', 'maybe', '22023'],
  ['statement_timeout', '-1', '22023'],
  ['statement_timeout', '10 parsecs', '22023'],
  ['statement_timeout', '', '22023'],
  ['reorder_joins_limit', 'four', '22023'],
  ['distsql', 'perhaps', '22023'],
  ['node_id', '2', '55P02'],
  ['crdb_version', 'x', '55P02'],
])('%s refuses %s with %s', (name, text, code) => {
  expect(() => normalize(name, text)).toThrow(expect.objectContaining({ code }))
})

test('names are found in any case and under their aliases', () => {
  expect(findVariable('DateStyle')?.name).toBe('datestyle')
  expect(findVariable('TIME ZONE')?.name).toBe('timezone')
  expect(findVariable('idle_in_session_timeout')?.name).toBe('idle_session_timeout')
  expect(findVariable('nope')).toBeUndefined()
})

test('the table is sorted, without doubles, and every default that can be set is a permitted value', () => {
  const names = variables.map(variable => variable.name)
  expect(names).toEqual([...new Set(names)].toSorted())
  const settable = variables.filter(variable => variable.home !== 'readonly')
  expect(settable.map(variable => normalizeVariableValue(variable, variable.default))).toEqual(
    settable.map(variable => variable.default),
  )
})
