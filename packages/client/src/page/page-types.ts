import type { AsOf } from '../read/as-of.js'
import type { OrderColumn } from './ordering.js'

/** A listing that is shown in pages. */
export interface PagesDefinition {
  /** A SELECT without ORDER BY and LIMIT, with `$1`, `$2`, … for its values. */
  readonly text: string
  /** The order, over output columns of the SELECT. Together they must be unique: end with the primary key. */
  readonly orderBy: readonly (string | OrderColumn)[]
  /**
   * Keys that cursors are signed with, so that nobody can make or change one; the first signs, all are accepted, so that keys can be rotated.
   * Signed or not, a cursor shows its row's ordering values to whoever decodes it. @default cursors are not signed
   */
  readonly secrets?: readonly string[] | undefined
}

export interface PageRequest {
  /** Values of the placeholders in the listing's text. The same for all pages of a listing. */
  readonly values?: readonly unknown[] | undefined
  /** Rows of a page at most. @default 25 */
  readonly limit?: number | undefined
  /** The `next` of an earlier page: the rows that follow it. */
  readonly after?: string | undefined
  /** The `previous` of a later page: the rows before it, in the listing's order. */
  readonly before?: string | undefined
  /**
   * Shows all pages as of one moment, so that nothing moves between them: the text `now` takes the moment of the first page, any `AsOf` chooses it. The
   * moment is in the cursors, and must stay within the garbage collection window of the table (4 hours by default).
   * @default every page shows the present
   */
  readonly snapshot?: AsOf | undefined
  /** What else a cursor must agree in, such as the tenant: cursors of another scope are refused as foreign. */
  readonly scope?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Page<Row> {
  readonly rows: Row[]
  /** Cursor for the page after this one; undefined at the end. */
  readonly next: string | undefined
  /** Cursor for the page before this one; undefined at the beginning. */
  readonly previous: string | undefined
}
