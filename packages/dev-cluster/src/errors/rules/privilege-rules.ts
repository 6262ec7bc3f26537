import type { ErrorContext, ErrorRule } from '../postgres-error.js'
import { sqlState } from '../sql-state.js'
import { actingVerb } from '../statement-words.js'

/** The privilege that a verb needs, https://www.cockroachlabs.com/docs/v26.2/security-reference/authorization#supported-privileges. */
const privileges = new Map([
  ['select', 'SELECT'],
  ['insert', 'INSERT'],
  ['upsert', 'INSERT'],
  ['update', 'UPDATE'],
  ['delete', 'DELETE'],
  ['truncate', 'DROP'],
  ['create', 'CREATE'],
  ['call', 'EXECUTE'],
])

export const privilegeRules: readonly ErrorRule[] = [
  {
    code: sqlState.insufficient_privilege,
    routines: ['aclcheck_error'],
    // The object is named only in the text, unquoted: `permission denied for table t`, `must be owner of table t`.
    translate: ({ message }, context) => {
      const [, denied, kind = '', name = ''] =
        /^(permission denied for|must be owner of) (materialized view|foreign table|\S+) (.+)$/.exec(message) ?? []
      if (denied === undefined) return undefined
      const object = ['table', 'view', 'materialized view', 'sequence', 'foreign table'].includes(kind)
        ? 'relation'
        : kind
      if (denied.startsWith('must'))
        return { message: `must be owner of ${object} ${object === 'relation' ? name : `"${name}"`}` }
      return {
        message: `user ${userOf(context)} does not have ${privilegeFor(object, context)} privilege on ${object} ${name}`,
      }
    },
  },
  {
    code: sqlState.insufficient_privilege,
    routines: ['createdb', 'dropdb', 'CreateRole', 'DropRole', 'AlterRole', 'RenameRole'],
    translate: (error, context) => ({
      message: `user ${userOf(context)} does not have ${error.routine === 'createdb' ? 'CREATEDB' : 'CREATEROLE'} privilege`,
    }),
  },
]

function privilegeFor(object: string, { statement }: ErrorContext): string {
  if (object === 'function' || object === 'procedure') return 'EXECUTE'
  if (object === 'schema' || object === 'database') return actingVerb(statement) === 'create' ? 'CREATE' : 'USAGE'
  return privileges.get(actingVerb(statement)) ?? 'SELECT'
}

function userOf({ user }: ErrorContext): string {
  return user ?? 'of this session'
}
