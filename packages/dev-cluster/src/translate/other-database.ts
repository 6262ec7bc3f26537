import {
  childrenOf,
  type DatabaseChange,
  type IndexName,
  type Name,
  type Show,
  type StatementNode,
  type TreeNode,
} from '@cerci/sql'
import type { TranslateContext } from './translate-context.js'

/** The catalog of another database is needed, and not at hand. */
export class CatalogMissing extends Error {
  override readonly name = 'CatalogMissing'
  readonly database: string

  constructor(database: string) {
    super(`the catalog of database ${database} is not at hand`)
    this.database = database
  }
}

/** What a name in a statement stands for, as far as its database goes. */
type Place = 'database' | 'schema' | 'namespace' | 'relation'

/** Forms of SHOW whose FROM names a database or a schema. */
const ofNamespaces: ReadonlySet<string> = new Set([
  'tables',
  'schemas',
  'sequences',
  'types',
  'enums',
  'functions',
  'procedures',
])
/** Forms of SHOW that are answered from what every database knows of every other. */
const ofCluster: ReadonlySet<string> = new Set(['regions', 'survival goal', 'super regions', 'databases'])

/**
 * The database, other than the session's, that a statement is about, if it is about that one alone: it is then run there. Statements that
 * reach into two databases are refused where they name the other one.
 */
export function otherDatabase(node: StatementNode, context: TranslateContext): string | undefined {
  const [first, ...others] = placesOf(node, context)
  return first !== undefined && others.every(other => other === first) ? first : undefined
}

/** How a statement is understood in another database: by that one's catalog. */
export function contextIn(database: string, context: TranslateContext): TranslateContext {
  const catalog = context.catalogOf(database)
  if (catalog === undefined) throw new CatalogMissing(database)
  return { ...context, catalog, session: { ...context.session, database } }
}

/** The database of each name that counts; undefined for the session's own. */
function placesOf(node: StatementNode, context: TranslateContext): readonly (string | undefined)[] {
  const of = (name: Name | IndexName | undefined, place: Place): string | undefined =>
    name && databaseOf(name, place, context)
  // Names, owners and defaults, which the other changes are about, are in PostgreSQL's shared catalog.
  if (node.kind === 'alter-database') return shared.has(node.change.action) ? [] : [existing(node.name, context)]
  if (node.kind === 'configure-zone')
    return [of(node.target.name, node.target.type === 'database' ? 'database' : 'relation')]
  if (node.kind === 'split-ranges') return [of(node.target, 'relation')]
  if (node.kind === 'comment') {
    if (node.table) return [of(node.table, 'relation')]
    return [of(commented(node.objectType, node.name), node.objectType === 'schema' ? 'schema' : 'relation')]
  }
  if (node.kind === 'show') return shownPlaces(node, of)
  return node.kind === 'query' ? showPlacesIn(node, of) : []
}

const shared: ReadonlySet<DatabaseChange['action']> = new Set<DatabaseChange['action']>([
  'rename',
  'owner',
  'set-variable',
  'reset-variable',
  'other',
])

function shownPlaces(
  show: Show,
  of: (name: Name | IndexName, place: Place) => string | undefined,
): readonly (string | undefined)[] {
  if (show.zone) return [of(show.zone.name, show.zone.type === 'database' ? 'database' : 'relation')]
  if (ofCluster.has(show.target)) return []
  const direct = show.names.map(name => of(name, show.target === 'create database' ? 'database' : 'relation'))
  const clauses = show.clauses
    .filter(({ word, of: object }) => ['from', 'in', 'for', 'on'].includes(word) && placeWords.has(object))
    .flatMap(({ names, of: object }) =>
      names.map(name => of(name, object === 'database' || object === 'schema' ? object : placeFor(show.target))),
    )
  return [...direct, ...clauses]
}

const placeWords: ReadonlySet<string> = new Set(['', 'database', 'schema', 'table', 'index', 'sequence'])

function placeFor(target: string): Place {
  return ofNamespaces.has(target) ? 'namespace' : 'relation'
}

/** `db.schema.t` and `db.t`, as CockroachDB reads them: a schema of the session's database comes first. */
function databaseOf(name: Name | IndexName, place: Place, context: TranslateContext): string | undefined {
  const { parts } = name.kind === 'name' ? name : (name.table ?? { parts: [] })
  const [first = ''] = parts
  if (place === 'database') return existing(first, context)
  const whole = place === 'relation' ? 3 : 2
  if (parts.length === whole) return existing(first, context)
  if (place === 'schema' || parts.length !== whole - 1 || context.catalog.schemas.has(first)) return undefined
  return existing(first, context)
}

function existing(database: string, { catalog, session }: TranslateContext): string | undefined {
  if (database === session.database || database === 'system') return undefined
  return catalog.databases.includes(database) ? database : undefined
}

/** The relation that COMMENT is on; a comment on a database is in PostgreSQL's shared catalog. */
function commented(objectType: string, name: Name | IndexName): Name | IndexName | undefined {
  if (objectType === 'database') return undefined
  if (objectType !== 'column' || name.kind !== 'name') return name
  return { ...name, parts: name.parts.slice(0, -1) }
}

function showPlacesIn(
  query: TreeNode,
  of: (name: Name | IndexName, place: Place) => string | undefined,
): readonly (string | undefined)[] {
  const nodes = nodesIn(query)
  const shows = nodes.flatMap(node => (node.kind === 'show' ? [node] : []))
  return shows.length > 0 && readsOnlyShows(nodes) ? shows.flatMap(show => shownPlaces(show, of)) : []
}

/** Whether a query reads from nothing but statements that show something. */
function readsOnlyShows(nodes: readonly TreeNode[]): boolean {
  const common = new Set(nodes.flatMap(node => (node.kind === 'common-table' ? [node.name] : [])))
  return nodes.every(node => {
    if (node.kind === 'table-ref') return common.has(node.name.parts.join('.'))
    return node.kind !== 'insert' && node.kind !== 'update' && node.kind !== 'delete'
  })
}

function nodesIn(node: TreeNode, found: TreeNode[] = []): readonly TreeNode[] {
  found.push(node)
  for (const child of childrenOf(node)) nodesIn(child, found)
  return found
}
