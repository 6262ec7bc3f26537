/** The database that a connection string names, of whatever many hosts. */
export function databaseOf(url: string): string {
  const path = afterHosts(url).split('?', 1)[0] ?? ''
  return path.length > 1 ? decodeURIComponent(path.slice(1)) : 'defaultdb'
}

/** Prisma's parameter `schema`, of which the default is public. */
export function schemaOf(url: string): string {
  const [, query = ''] = afterHosts(url).split('?', 2)
  return new URLSearchParams(query).get('schema') ?? 'public'
}

/** From the slash after the hosts on; `new URL()` refuses several hosts. */
function afterHosts(url: string): string {
  const hosts = url.indexOf('://') + '://'.length
  const end = url.slice(hosts).search(/[/?]/)
  return end === -1 ? '' : url.slice(hosts + end).replace(/^\?/, '/?')
}
