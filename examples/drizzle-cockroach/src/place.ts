import { type SQL, sql } from 'drizzle-orm'
import { posts } from './schema.js'

/** The place of a post in the list, with the microseconds that a Date does not have. */
export const place: SQL<string> = sql<string>`${posts.createdAt}::STRING || ' ' || ${posts.id}::STRING`

/** Posts behind that place, the newest first; all without one. */
export function behind(after: string | undefined): SQL | undefined {
  if (after === undefined) return undefined
  const text = Buffer.from(after, 'base64url').toString()
  const at = text.lastIndexOf(' ')
  return sql`(${posts.createdAt}, ${posts.id}) < (${text.slice(0, at)}::TIMESTAMPTZ, ${text.slice(at + 1)}::UUID)`
}

/** The opaque text that is handed out for a place. */
export function encodePlace(text: string): string {
  return Buffer.from(text).toString('base64url')
}
