import type pg from 'pg'
import { checkOptions, knownOptions } from '../errors/known-options.js'
import type { Page, PageRequest, PagesDefinition } from '../page/page-types.js'
import { Pages, pageNames } from '../page/pages.js'
import type { Queryable } from '../query/queryable.js'

/** How a query of an ORM is shown in pages; see `Pages`. */
export interface PageOfRequest extends Pick<PagesDefinition, 'orderBy' | 'secrets'>, Omit<PageRequest, 'values'> {}

const pageOfOptions = knownOptions<PageOfRequest>(
  'page()',
  { orderBy: true, secrets: true, limit: true, after: true, before: true, snapshot: true, scope: true, signal: true },
  { ...pageNames, values: 'they are those of the query' },
)

/** A page of a query that an ORM has compiled. */
export async function pageOf<Row extends pg.QueryResultRow>(
  db: Queryable,
  { text, values }: { readonly text: string; readonly values: readonly unknown[] },
  given: PageOfRequest,
): Promise<Page<Row>> {
  checkOptions(given ?? null, pageOfOptions)
  const { orderBy, secrets, ...request } = given
  return await new Pages<Row>({ text, orderBy, secrets }).page(db, { ...request, values })
}
