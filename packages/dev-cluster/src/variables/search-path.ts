/**
 * What every session's real search path ends with: the overlay redefines what CockroachDB means differently, so it
 * must come before PostgreSQL's own catalog, and after the client's schemas, where objects are created.
 */
const overlayPath = 'crdb_internal, pg_catalog'

/** The search path that PostgreSQL gets for the one that the client sees. */
export function realSearchPath(clientPath: string): string {
  return clientPath.trim() === '' ? overlayPath : `${clientPath}, ${overlayPath}`
}

/** The search path that the client sees for the one that PostgreSQL has. */
export function clientSearchPath(realPath: string): string {
  if (realPath === overlayPath) return ''
  return realPath.endsWith(`, ${overlayPath}`) ? realPath.slice(0, -overlayPath.length - 2) : realPath
}
