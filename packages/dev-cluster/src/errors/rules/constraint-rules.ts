import type { ErrorContext, ErrorRule, PostgresError } from '../postgres-error.js'
import { sqlState } from '../sql-state.js'
import { actingVerb } from '../statement-words.js'

/** https://www.cockroachlabs.com/docs/v26.2/constraints */
export const constraintRules: readonly ErrorRule[] = [
  {
    code: sqlState.foreign_key_violation,
    routines: ['ri_ReportViolation'],
    translate: (error, context) => foreignKeyViolation(error, context),
  },
  {
    // restrict_violation is what PostgreSQL 18 answers for ON DELETE RESTRICT.
    code: '23001',
    translate: (error, context) => foreignKeyViolation(error, context),
  },
  {
    code: sqlState.not_null_violation,
    translate: ({ column }) =>
      column === '' ? undefined : { message: `null value in column "${column}" violates not-null constraint` },
  },
  {
    // DROP NOT NULL of a column that is part of the key.
    code: sqlState.invalid_table_definition,
    translate: ({ message, names: [column = ''] }) =>
      message.endsWith('is in a primary key') ? { message: `column "${column}" is in a primary index` } : undefined,
  },
  {
    code: sqlState.check_violation,
    translate: ({ schema, table, constraint }, { catalog }) =>
      constraint === ''
        ? undefined
        : {
            message: `failed to satisfy CHECK constraint (${
              catalog?.table(table, schema, [])?.checks.find(({ name }) => name === constraint)?.expression ??
              constraint
            })`,
          },
  },
  {
    // CREATE UNIQUE INDEX or ADD CONSTRAINT over rows that break it.
    code: sqlState.unique_violation,
    routines: ['comparetup_index_btree', 'comparetup_index_btree_tiebreak'],
    translate: ({ constraint, detail }) => ({
      message: `duplicate key value violates unique constraint "${constraint}"`,
      detail: detail.replace(/ is duplicated\.$/, ' already exists.'),
    }),
  },
  {
    code: '42830',
    translate: ({ names: [table] }) => ({
      message: `there is no unique constraint matching given keys for referenced table ${table ?? ''}`,
    }),
  },
]

/** The table written to is in no field for a referenced table: it is the first name in the message. */
function foreignKeyViolation({ table, constraint, detail, names }: PostgresError, { statement }: ErrorContext) {
  const written = names[0] ?? table
  const missing = names.length < 3
  const verb = actingVerb(statement) === 'update' ? 'update' : missing ? 'insert' : 'delete'
  return {
    code: sqlState.foreign_key_violation,
    message: `${verb} on table "${written}" violates foreign key constraint "${constraint}"${missing ? '' : ` on table "${table}"`}`,
    detail: detail.replace(/ is referenced from table /, ' is still referenced from table '),
  }
}
