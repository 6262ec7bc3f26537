import type { CreateDatabase, DatabaseRegions, DropDatabase } from '../../tree/object.js'
import { type Cursor, commaList } from '../cursor.js'
import { regionName } from '../table/parse-create-table.js'
import { parseBehavior } from './parse-drop.js'

/** After CREATE DATABASE. Source: https://www.cockroachlabs.com/docs/v26.2/create-database */
export function parseCreateDatabase(cursor: Cursor, start: number): CreateDatabase {
  const ifNotExists = cursor.skipWords('if', 'not', 'exists')
  const { name } = cursor.looseIdentifier()
  cursor.skipWords('with')
  const options: { readonly name: string; readonly value: string }[] = []
  const regions: Mutable<DatabaseRegions> & { found?: boolean } = { regions: [] }
  while (!cursor.atEnd()) {
    if (parseRegionOption(cursor, regions)) regions.found = true
    else options.push(parseOption(cursor))
  }
  const { found, ...databaseRegions } = regions
  return {
    kind: 'create-database',
    name,
    ifNotExists,
    options,
    ...(found && { regions: databaseRegions }),
    ...cursor.since(start),
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** After DROP DATABASE. */
export function parseDropDatabase(cursor: Cursor, start: number): DropDatabase {
  const ifExists = cursor.skipWords('if', 'exists')
  const { name } = cursor.looseIdentifier()
  return { kind: 'drop-database', name, ifExists, ...parseBehavior(cursor), ...cursor.since(start) }
}

function parseRegionOption(cursor: Cursor, regions: Mutable<DatabaseRegions>): boolean {
  if (cursor.skipWords('primary', 'region')) {
    cursor.skipSymbol('=')
    regions.primary = regionName(cursor)
  } else if (cursor.skipWords('secondary', 'region')) {
    cursor.skipSymbol('=')
    regions.secondary = regionName(cursor)
  } else if (cursor.skipWords('regions')) {
    cursor.skipSymbol('=')
    regions.regions = commaList(cursor, regionName)
  } else if (cursor.skipWords('survive')) {
    cursor.skipSymbol('=')
    regions.survive = cursor.takeWord('zone', 'region') === 'region' ? 'region' : 'zone'
    cursor.expectWords('failure')
  } else if (cursor.skipWords('placement')) {
    regions.placement = cursor.label().name
  } else return false
  return true
}

function parseOption(cursor: Cursor): { readonly name: string; readonly value: string } {
  let name = cursor.label().name
  if (name === 'connection' && cursor.skipWords('limit')) name = 'connection limit'
  cursor.skipSymbol('=')
  const sign = cursor.skipSymbol('-') ? '-' : ''
  const token = cursor.peek()
  if (!['word', 'quoted', 'string', 'number'].includes(token.kind)) throw cursor.unexpected()
  cursor.next()
  return { name, value: sign + token.value }
}
