import type { ErrorRule } from '../postgres-error.js'
import { sqlState } from '../sql-state.js'
import { insertCounts } from '../statement-shape.js'

/** Most syntax errors are found before PostgreSQL sees a statement; these are left. */
export const syntaxRules: readonly ErrorRule[] = [
  {
    code: sqlState.syntax_error,
    routines: ['scanner_yyerror', 'base_yyerror', 'plpgsql_yyerror'],
    // The token is in no field. PostgreSQL leaves out its quotes only at the end of the input.
    translate: ({ message }) => {
      const near = / at or near "(.*)"$/s.exec(message)?.[1] ?? 'EOF'
      // As CockroachDB's lexer has words.
      const word = near !== 'EOF' && /^[a-z_]/i.test(near) ? near.toLowerCase() : near
      return { message: `at or near "${word}": syntax error` }
    },
  },
  {
    code: sqlState.syntax_error,
    routines: ['transformInsertRow'],
    translate: ({ message }, context) => {
      const counts = insertCounts(context)
      return {
        message: counts ? `${message}, ${counts.expressions} expressions for ${counts.targets} targets` : message,
      }
    },
  },
  {
    code: sqlState.feature_not_supported,
    // Where a row cannot be locked: CockroachDB says the same, but for VALUES.
    routines: ['CheckSelectLocking', 'make_outerjoininfo', 'transformSetOperationStmt', 'transformValuesClause'],
    translate: ({ message }) =>
      message.startsWith('FOR ')
        ? { message: message.replace('cannot be applied to VALUES', 'is not allowed with VALUES') }
        : undefined,
  },
  {
    code: sqlState.feature_not_supported,
    routines: ['RevalidateCachedQuery', 'PrepareTransaction'],
    translate: ({ message }) => ({ message }),
  },
  {
    code: sqlState.feature_not_supported,
    translate: ({ message, detail, hint }) => ({
      message: message.startsWith('unimplemented: ') ? message : `unimplemented: ${message}`,
      detail,
      hint: hint || 'The dev cluster runs on PostgreSQL, which does not do this; CockroachDB may.',
    }),
  },
]
