import { type Static, type TSchema, Type } from 'typebox'
import type { Page, PageRequest } from '../../paging/page.js'
import { label } from './primitives.js'
import type { Schema } from './schema.js'

const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 25 }))
const cursor = Type.Optional(
  Type.String({
    pattern: '^[\\w-]{1,500}$',
    description: 'The `nextCursor` of the page before; none for the first page.',
  }),
)

const stale = Type.Optional(
  Type.Boolean({
    description: 'Whether rows may be some seconds old: read from the nearest replica, without waiting for writers.',
  }),
)

/** Query parameters of a list. */
export interface PageQuery {
  readonly limit?: number
  readonly cursor?: string
  readonly stale?: boolean
}

export const pageQuery: Schema<PageQuery> = Type.Unsafe<PageQuery>(
  Type.Object({ limit, cursor, stale }, { additionalProperties: false }),
)

/** Query parameters of a list that can be searched. */
export interface SearchQuery extends PageQuery {
  readonly search?: string
}

export const searchQuery: Schema<SearchQuery> = Type.Unsafe<SearchQuery>(
  Type.Object({ limit, cursor, stale, search: Type.Optional(label) }, { additionalProperties: false }),
)

export function pageRequest({ limit: count = 25, ...query }: PageQuery): PageRequest {
  return { ...query, limit: count }
}

/** The schema of one page of a list. */
export function pageOf<Item extends TSchema>(name: string, item: Item): Schema<Page<Static<Item>>> {
  return Type.Unsafe<Page<Static<Item>>>(
    Type.Object(
      { items: Type.Array(item), nextCursor: Type.Optional(Type.String()) },
      { title: name, additionalProperties: false },
    ),
  )
}
