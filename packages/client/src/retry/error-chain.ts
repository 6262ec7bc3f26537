/**
 * An error and everything it wraps, nearest first. ORMs hide the server's error in different places: `cause` (Drizzle, Sequelize 7),
 * `parent` and `original` (Sequelize 6), `driverError` (TypeORM), `meta.driverAdapterError.cause` (Prisma), `errors` (AggregateError).
 */
export function errorChain(error: unknown): object[] {
  const chain: object[] = []
  const add = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || chain.includes(value) || chain.length >= maxLength) return
    chain.push(value)
    for (const link of links) if (link in value) add(Reflect.get(value, link))
    const errors: unknown = 'errors' in value ? value.errors : undefined
    if (Array.isArray(errors)) for (const each of errors) add(each)
  }
  add(error)
  return chain
}

/** Codes along the chain, nearest first: SQLSTATEs, codes of this package, of the system and of ORMs. */
export function errorCodes(error: unknown): string[] {
  return errorChain(error).flatMap(link =>
    codeNames
      .map(name => (name in link ? Reflect.get(link, name) : undefined))
      .filter(code => typeof code === 'string'),
  )
}

const links = ['cause', 'parent', 'original', 'driverError', 'meta', 'driverAdapterError']

/** Prisma's adapters keep the SQLSTATE as `originalCode`. */
const codeNames = ['code', 'originalCode']

const maxLength = 32
