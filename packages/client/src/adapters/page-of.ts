import type pg from 'pg'
import type { Page, PageRequest, PagesDefinition } from '../page/page-types.js'
import { Pages } from '../page/pages.js'
import type { Queryable } from '../query/queryable.js'

/** How a query of an ORM is shown in pages; see `Pages`. */
export interface PageOfRequest extends Pick<PagesDefinition, 'orderBy' | 'secrets'>, Omit<PageRequest, 'values'> {}

/** A page of a query that an ORM has compiled. */
export async function pageOf<Row extends pg.QueryResultRow>(
  db: Queryable,
  { text, values }: { readonly text: string; readonly values: readonly unknown[] },
  { orderBy, secrets, ...request }: PageOfRequest,
): Promise<Page<Row>> {
  return await new Pages<Row>({ text, orderBy, secrets }).page(db, { ...request, values })
}
