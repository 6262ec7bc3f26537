/**
 * A connection string that prisma can read, with the same meaning: prisma understands one host only, so the first stays where it is, and all
 * of them go into the parameter `host`, as libpq has it. `cerci prisma` does this to environment variables; a URL that prisma.config.ts takes
 * from elsewhere needs it there.
 *
 * @example
 * // prisma.config.ts
 * export default defineConfig({ datasource: { url: datasourceUrl(readSecret('database-url')) } })
 */
export function datasourceUrl(url: string): string {
  const parts = severalHosts.exec(url)
  if (parts === null) return url
  const [, before = '', first = '', more = '', after = ''] = parts
  const [path = '', query = ''] = after.split(/\?(.*)/s, 2)
  return `${before}${first}${path}?${query === '' ? '' : `${query}&`}host=${first}${more}`
}

/** The environment with its connection strings in prisma's reading. */
export function prismaEnvironment(env: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value === undefined ? value : datasourceUrl(value)]),
  )
}

/** Scheme and login; the first host; the others; the rest. A password may have any character but `/`. */
const severalHosts = /^((?:postgres(?:ql)?|cockroach(?:db)?):\/\/(?:[^/?]*@)?)([^,/?@]+)((?:,[^,/?@]+)+)([/?].*)?$/s
