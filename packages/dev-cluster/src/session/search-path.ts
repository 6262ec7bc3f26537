/** The schemas that a search path names, in order, `$user` replaced by the user's name. */
export function parseSearchPath(path: string, user: string): readonly string[] {
  const names = path.matchAll(/"((?:[^"]|"")*)"|([^\s,]+)/g)
  return Array.from(names, ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? '')
    .filter(name => name !== '')
    .map(name => (name === '$user' ? user : name))
}
