import { clientIndexName } from '../client-index-name.js'
import type { ErrorRule } from '../postgres-error.js'
import { sqlState } from '../sql-state.js'

/**
 * What stands in the way of a DROP. PostgreSQL names objects only in the texts, unquoted:
 * `cannot drop table users because other objects depend on it`, detail `view v depends on table users`.
 */
export const dependencyRules: readonly ErrorRule[] = [
  {
    code: sqlState.dependent_objects_still_exist,
    routines: ['reportDependentObjects'],
    translate: ({ message, detail }, { catalog }) => {
      const dropped = /^cannot drop (?:(column) (\S+) of table|materialized view|(\S+)) (\S+) because/.exec(message)
      const dependent = /^(?:constraint \S+ on (table)|(?:column \S+ of |materialized )?(\w+)) (\S+) depends on/.exec(
        detail,
      )
      if (!dropped || !dependent) return undefined
      const [, , column, kind = 'view', name = ''] = dropped
      const by = unquote(dependent[3] ?? '')
      if (kind === 'schema') return { message: `schema "${unquote(name)}" is not empty and CASCADE was not specified` }
      if (kind === 'type') {
        return {
          message: `cannot drop type "${unquote(name)}" because other objects ([${[catalog?.database ?? [], by.includes('.') ? [] : 'public', by].flat().join('.')}]) still depend on it`,
        }
      }
      if (dependent[1]) return { message: `"${unquote(name)}" is referenced by foreign key from table "${by}"` }
      return {
        message: `cannot drop ${column === undefined ? `relation "${unquote(name)}"` : `column "${unquote(column)}"`} because ${dependent[2] ?? 'view'} "${by}" depends on it`,
        hint: `you can drop ${by} instead.`,
      }
    },
  },
  {
    code: sqlState.dependent_objects_still_exist,
    routines: ['findDependentObjects'],
    translate: ({ message }) => {
      const index = /^cannot drop index (\S+) because constraint/.exec(message)?.[1]
      return index === undefined
        ? undefined
        : {
            message: `index "${clientIndexName(unquote(index))}" is in use as unique constraint`,
            hint: 'use CASCADE if you really want to drop it.',
          }
    },
  },
  {
    code: sqlState.dependent_objects_still_exist,
    routines: ['DropRole'],
    translate: ({ names: [role = ''], detail }, { catalog }) => {
      const [first = '', ...more] = detail.split('\n')
      const granted = /^privileges for (?:\w+ )?(\S+)/.exec(first)?.[1]
      const owned = /^owner of \w+ (\S+)/.exec(first)?.[1]
      if (owned !== undefined)
        return { message: `role ${role} cannot be dropped because some objects depend on it`, detail }
      const object = granted === undefined ? first : `${catalog?.database ?? ''}.public.${granted}`
      return {
        message: `cannot drop role/user ${role}: grants still exist on ${[object, ...more.map(() => '...')].slice(0, 2).join(', ')}`,
      }
    },
  },
  {
    code: sqlState.feature_not_supported,
    routines: ['heap_truncate_check_FKs'],
    translate: ({ detail }) => {
      const [, referencing, referenced] = /^Table "(.*)" references "(.*)"\.$/.exec(detail) ?? []
      return referencing === undefined
        ? undefined
        : {
            message: `"${referenced}" is referenced by foreign key from table "${referencing}"`,
            hint: 'truncate dependent tables at the same time or specify the CASCADE option',
          }
    },
  },
  {
    code: sqlState.feature_not_supported,
    routines: ['RememberAllDependentForRebuilding'],
    translate: ({ detail }) => {
      const [, view, column] = / on view (\S+) depends on column "(.*)"$/.exec(detail) ?? []
      return view === undefined
        ? undefined
        : {
            code: sqlState.dependent_objects_still_exist,
            message: `cannot alter type of column "${column}" because view "${unquote(view)}" depends on it`,
            hint: `you can drop ${unquote(view)} instead.`,
          }
    },
  },
]

/** A name as PostgreSQL writes it in these texts: quoted only when it must be, with its schema when not in the path. */
function unquote(name: string): string {
  return name.replace(/^"(.*)"$/, '$1').replaceAll('""', '"')
}
