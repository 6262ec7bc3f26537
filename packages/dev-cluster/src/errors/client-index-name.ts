/**
 * The client's name of an index, or of the constraint on it. Those names are per table in CockroachDB and per schema in
 * PostgreSQL: where one is taken, translation appends `@table`.
 */
export function clientIndexName(name: string): string {
  const at = name.lastIndexOf('@')
  return at > 0 ? name.slice(0, at) : name
}
