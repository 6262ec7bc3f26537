import { type CreateDatabase, type DropDatabase, printName } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { setupRegions } from '../regions/setup-regions.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { Outcome } from '../statements/outcome.js'
import { unsafe } from '../statements/safe-updates.js'
import { unimplemented } from '../unimplemented.js'
import { noticeOnly } from './do-block.js'

/** Options of CREATE DATABASE and the values that CockroachDB accepts for them. */
const options: ReadonlyMap<string, RegExp> = new Map([
  ['template', /^(template0|template1|default)$/i],
  ['encoding', /^(utf-?8|unicode|default)$/i],
  ['lc_collate', /^(c|c\.utf-?8|posix|default)$/i],
  ['lc_ctype', /^(c|c\.utf-?8|posix|default)$/i],
  ['connection limit', /^-1$/],
])

/** Source: https://www.cockroachlabs.com/docs/v26.2/create-database */
export function translateCreateDatabase(node: CreateDatabase, rewrite: Rewrite): Outcome {
  const setup = node.regions && setupRegions(node.name, node.regions, rewrite)
  const tag = 'CREATE DATABASE'
  let owner = ''
  for (const { name, value } of node.options) {
    if (name === 'owner') owner = ` OWNER ${printName(value)}`
    else if (!options.get(name)?.test(value)) throw unimplemented(`CREATE DATABASE with ${name.toUpperCase()} ${value}`)
  }
  if (node.ifNotExists && rewrite.context.catalog.databases.includes(node.name)) {
    return { kind: 'other', tag, sql: noticeOnly(`database "${node.name}" already exists, skipping`) }
  }
  return {
    kind: 'ddl',
    tag,
    sql: `CREATE DATABASE ${printName(node.name)}${owner}`,
    effect: { createDatabase: node.name, ...(setup && { setup }) },
  }
}

/** CASCADE is the default. Sessions connected to the database do not keep it. */
export function translateDropDatabase(node: DropDatabase, rewrite: Rewrite): Outcome {
  const tag = 'DROP DATABASE'
  const { catalog, session } = rewrite.context
  if (!catalog.databases.includes(node.name)) {
    if (node.ifExists)
      return { kind: 'other', tag, sql: noticeOnly(`database "${node.name}" does not exist, skipping`) }
    throw new SqlError(sqlState.invalid_catalog_name, `database "${node.name}" does not exist`)
  }
  const isSafe = rewrite.variable('sql_safe_updates') === 'on'
  if (isSafe && node.name === session.database) throw unsafe('DROP DATABASE on current database')
  const sql = `DROP DATABASE ${printName(node.name)} WITH (FORCE)`
  const mustBeEmpty = refusalUnlessEmpty(node, isSafe)
  return { kind: 'ddl', tag, sql, effect: { dropDatabase: node.name, ...(mustBeEmpty && { mustBeEmpty }) } }
}

function refusalUnlessEmpty({ name, behavior }: DropDatabase, isSafe: boolean): SqlError | undefined {
  if (behavior === 'restrict') {
    const message = `database "${name}" is not empty and RESTRICT was specified`
    return new SqlError(sqlState.dependent_objects_still_exist, message)
  }
  return isSafe && behavior === undefined
    ? unsafe('DROP DATABASE on non-empty database without explicit CASCADE')
    : undefined
}
