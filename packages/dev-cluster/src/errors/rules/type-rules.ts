import type { ErrorRule } from '../postgres-error.js'
import { sqlState } from '../sql-state.js'
import { comparisons, comparisonsOf } from '../statement-words.js'
import { cockroachTypeName } from '../type-name.js'

/** Expressions whose types do not fit. PostgreSQL gives operators and types only in the message. */
export const typeRules: readonly ErrorRule[] = [
  {
    code: sqlState.undefined_function,
    routines: ['op_error'],
    translate: ({ message }) => {
      const written = message.slice('operator does not exist: '.length)
      const binary = /^(.*?) ([-+*/<>=~!@#%^&|`?]+) (.+)$/.exec(written)
      if (binary?.[1]) {
        const [, left, operator = '', right = ''] = binary
        return {
          code: sqlState.invalid_parameter_value,
          message: `unsupported ${comparisons.has(operator) ? 'comparison' : 'binary'} operator: <${cockroachTypeName(left)}> ${operator} <${cockroachTypeName(right)}>`,
        }
      }
      const unary = /^(\S+) (.+)$/.exec(written)
      if (!unary) return undefined
      return {
        code: sqlState.invalid_parameter_value,
        message: `unsupported unary operator: ${unary[1]} <${cockroachTypeName(unary[2] ?? '')}>`,
      }
    },
  },
  {
    code: '42P21',
    // https://www.cockroachlabs.com/docs/v26.2/collate: strings of two collations are of two types.
    translate: ({ names: [left = '', right = ''] }, { statement }) => ({
      code: sqlState.invalid_parameter_value,
      message: `unsupported comparison operator: <collatedstring{${left}}> ${comparisonsOf(statement)[0] ?? '='} <collatedstring{${right}}>`,
    }),
  },
  {
    code: '42P22',
    translate: ({ message }) => ({ code: sqlState.invalid_parameter_value, message }),
  },
  {
    code: '42804',
    routines: ['transformAssignedExpr'],
    translate: ({ message, names: [column = ''] }) => {
      const [, wanted, given] = /" is of type (.+) but expression is of type (.+)$/.exec(message) ?? []
      return wanted === undefined || given === undefined
        ? undefined
        : {
            message: `value type ${cockroachTypeName(given)} doesn't match type ${cockroachTypeName(wanted)} of column "${column}"`,
          }
    },
  },
  {
    code: '42804',
    routines: ['coerce_to_boolean'],
    translate: ({ message }) => {
      const [, clause, given] = /^argument of (.+) must be type boolean, not type (.+)$/.exec(message) ?? []
      return clause === undefined || given === undefined
        ? undefined
        : { message: `argument of ${clause} must be type bool, not type ${cockroachTypeName(given)}` }
    },
  },
  {
    code: sqlState.grouping_error,
    routines: ['substitute_grouped_columns_mutator', 'check_ungrouped_columns_walker'],
    translate: ({ names: [name = ''] }) => ({
      message: `column "${name.slice(name.lastIndexOf('.') + 1)}" must appear in the GROUP BY clause or be used in an aggregate function`,
    }),
  },
]
