// A table of rules, hence its length.
import { unimplemented } from '../../translate/unimplemented.js'
import { internalRelation } from '../internal-relations.js'
import type { ErrorContext, ErrorRule } from '../postgres-error.js'
import { sqlState } from '../sql-state.js'
import { ambiguousCandidates } from '../statement-shape.js'
import { actingVerb, writtenSchema } from '../statement-words.js'
import { cockroachTypeName } from '../type-name.js'

/** Objects that are missing, or there already. PostgreSQL gives their names only in the message, quoted. */
export const nameRules: readonly ErrorRule[] = [
  {
    code: sqlState.undefined_table,
    translate: ({ names: [name = ''] }) => {
      const internal = internalRelation(name)
      if (internal === undefined) return undefined
      const { code, message, hint } = unimplemented(internal)
      return { code, message, ...(hint !== undefined && { hint }) }
    },
  },
  {
    code: sqlState.undefined_table,
    routines: ['DropErrorMsgNonExistent'],
    translate: ({ names: [name = ''] }) => ({ message: `relation "${name}" does not exist` }),
  },
  {
    code: sqlState.undefined_table,
    routines: ['errorMissingRTE'],
    translate: ({ names: [name = ''] }) => ({ message: `no data source matches prefix: ${name} in this context` }),
  },
  {
    code: sqlState.undefined_table,
    translate: ({ message }) => ({ message }),
  },
  {
    code: sqlState.undefined_column,
    // A qualified name comes without quotes: column t.x does not exist.
    routines: ['errorMissingColumn'],
    translate: ({ message, names: [name] }) => ({
      message: `column "${name ?? message.slice('column '.length, -' does not exist'.length)}" does not exist`,
    }),
  },
  {
    code: sqlState.undefined_column,
    routines: ['checkInsertTargets', 'transformUpdateTargetList', 'CopyGetAttnums'],
    translate: ({ names: [name = ''] }) => ({ message: `column "${name}" does not exist` }),
  },
  {
    code: sqlState.undefined_column,
    translate: ({ message }) => ({ message }),
  },
  {
    code: sqlState.ambiguous_column,
    translate: ({ message, names: [column = ''] }, context) => {
      const candidates = ambiguousCandidates(column, context)
      return { message: candidates.length > 0 ? `${message} (candidates: ${candidates.join(', ')})` : message }
    },
  },
  {
    code: sqlState.duplicate_column,
    routines: ['MergeAttributes', 'BuildDescForRelation', 'CheckAttributeNamesTypes'],
    translate: ({ names: [name = ''] }) => ({ message: `duplicate column name: "${name}"` }),
  },
  {
    code: sqlState.duplicate_column,
    routines: ['checkInsertTargets'],
    translate: ({ names: [name = ''] }) => ({
      code: sqlState.syntax_error,
      message: `multiple assignments to the same column "${name}"`,
    }),
  },
  {
    code: sqlState.duplicate_relation,
    routines: ['index_create'],
    translate: ({ names: [name = ''] }) => ({ message: `index with name "${name}" already exists` }),
  },
  {
    code: sqlState.duplicate_relation,
    translate: ({ names: [name = ''] }, context) => ({
      message: `relation "${fullName(name, context)}" already exists`,
    }),
  },
  {
    code: sqlState.duplicate_object,
    routines: ['DefineEnum', 'TypeCreate', 'DefineDomain', 'DefineCompositeType', 'RenameTypeInternal'],
    translate: ({ names: [name = ''] }, context) => ({ message: `type "${fullName(name, context)}" already exists` }),
  },
  {
    code: sqlState.duplicate_object,
    routines: [
      'MergeWithExistingConstraint',
      'ATExecAddConstraint',
      'ATAddForeignKeyConstraint',
      'index_constraint_create',
      'RenameConstraintById',
      'ChooseConstraintName',
    ],
    translate: ({ names: [name = ''] }) => ({ message: `duplicate constraint name: "${name}"` }),
  },
  {
    code: sqlState.duplicate_object,
    routines: ['CreateRole', 'RenameRole'],
    translate: ({ names: [name = ''] }) => ({ message: `a role/user named ${name} already exists` }),
  },
  {
    code: sqlState.duplicate_object,
    routines: ['AddEnumLabel', 'RenameEnumLabel'],
    translate: ({ names: [label = ''] }) => ({ message: `enum value "${label}" already exists` }),
  },
  {
    code: sqlState.undefined_object,
    routines: [
      'DropRole',
      'get_role_oid',
      'get_rolespec_oid',
      'get_rolespec_tuple',
      'AlterRole',
      'RenameRole',
      'GrantRole',
      'InitializeSessionUserId',
    ],
    translate: ({ names: [name = ''] }) => ({ message: `role/user "${name}" does not exist` }),
  },
  {
    code: sqlState.undefined_object,
    translate: ({ message }) => ({ message }),
  },
  {
    code: sqlState.invalid_schema_name,
    translate: ({ names: [name] }, { statement }) =>
      name === undefined || actingVerb(statement) === 'drop' ? undefined : { message: `unknown schema "${name}"` },
  },
  {
    code: sqlState.undefined_function,
    routines: ['ParseFuncOrColumn', 'LookupFuncWithArgs', 'LookupFuncName'],
    translate: ({ message }, { catalog }) => {
      const [, name = '', types = ''] =
        /^(?:function|procedure|aggregate) (.+?)\((.*)\) does not exist$/s.exec(message) ?? []
      if (name === '') return undefined
      return catalog?.hasFunction(name) === false
        ? { message: `unknown function: ${name}()` }
        : {
            message: `unknown signature: ${name}(${types.split(', ').filter(Boolean).map(cockroachTypeName).join(', ')})`,
          }
    },
  },
  {
    code: sqlState.ambiguous_function,
    routines: ['ParseFuncOrColumn'],
    translate: ({ message }) => {
      const [, name = '', types = ''] = /^function (.+?)\((.*)\) is not unique$/s.exec(message) ?? []
      return name === ''
        ? undefined
        : { message: `ambiguous call: ${name}(${types.split(', ').filter(Boolean).map(cockroachTypeName).join(', ')})` }
    },
  },
]

/** `db.schema.name`. PostgreSQL does not say the schema: it is the one written in the statement, else the usual one. */
function fullName(name: string, { catalog, statement }: ErrorContext): string {
  return [catalog?.database ?? [], writtenSchema(statement, name) ?? 'public', name].flat().join('.')
}
