import type { CatalogSnapshot } from '../catalog/snapshot.js'

/** What translation may consult beside the error itself. */
export interface ErrorContext {
  readonly catalog: CatalogSnapshot | undefined
  /** The statement as the client wrote it. */
  readonly statement: string
}

/** Rewrites the fields of a PostgreSQL ErrorResponse into what CockroachDB would have sent. */
export function translateError(fields: ReadonlyMap<string, string>, _context: ErrorContext): Map<string, string> {
  return new Map(fields)
}
