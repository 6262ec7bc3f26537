import type pg from 'pg'
import { Query } from 'pg'
import { isSubmittable } from '../../query/query-request.js'

/** A query object of another library as it is, anything else as node-postgres' own Query; with the callback, unless it has one. */
export function submittableOf(query: unknown, values: unknown, callback: CallableFunction | undefined): pg.Submittable {
  const list = Array.isArray(values) ? values : undefined
  const submittable: pg.Submittable = isSubmittable(query) ? query : Reflect.construct(Query, [query, list])
  if (callback !== undefined && Reflect.get(submittable, 'callback') === undefined)
    Reflect.set(submittable, 'callback', callback)
  return submittable
}
