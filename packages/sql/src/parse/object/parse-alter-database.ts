import type { Parameter } from '../../tree/node.js'
import type { AlterDatabase, ConfigureZone, DatabaseChange, LocalityZoneChange, ZoneTarget } from '../../tree/object.js'
import type { StatementNode } from '../../tree/statement.js'
import { type Cursor, commaList } from '../cursor.js'
import { parseExpression } from '../parse-expression.js'
import { parseIndexName, parseName } from '../parse-name.js'
import { parseVariableName } from '../session/parse-set.js'
import { regionName } from '../table/parse-create-table.js'
import { roleName } from './parse-drop.js'

/** After ALTER DATABASE. Source: https://www.cockroachlabs.com/docs/v26.2/alter-database */
export function parseAlterDatabase(cursor: Cursor, start: number): AlterDatabase | ConfigureZone {
  const nameStart = cursor.at
  const { name } = cursor.looseIdentifier()
  if (cursor.isWords('configure', 'zone')) {
    const target = { kind: 'name', parts: [name], ...cursor.since(nameStart) } as const
    return parseConfigureZone(cursor, start, {
      kind: 'zone-target',
      type: 'database',
      name: target,
      ...cursor.since(nameStart),
    })
  }
  const change = parseChange(cursor)
  return { kind: 'alter-database', name, change, ...cursor.since(start) }
}

type ReadChange = (cursor: Cursor) => DatabaseChange

/** Changes by the words that they start with; the first that fits is taken. */
const changes: readonly (readonly [words: readonly string[], read: ReadChange])[] = [
  [['rename', 'to'], cursor => ({ action: 'rename', to: cursor.looseIdentifier().name })],
  [['owner', 'to'], cursor => ({ action: 'owner', owner: roleName(cursor) })],
  [['set', 'primary', 'region'], cursor => ({ action: 'primary-region', region: readRegion(cursor) })],
  [['primary', 'region'], cursor => ({ action: 'primary-region', region: readRegion(cursor) })],
  [['set', 'secondary', 'region'], cursor => ({ action: 'secondary-region', region: readRegion(cursor) })],
  [['add', 'region'], readAddRegion],
  [['drop', 'region'], readDropRegion],
  [
    ['drop', 'secondary', 'region'],
    cursor => ({ action: 'drop-secondary-region', ifExists: cursor.skipWords('if', 'exists') }),
  ],
  [['survive', 'zone', 'failure'], () => ({ action: 'survive', goal: 'zone' })],
  [['survive', 'region', 'failure'], () => ({ action: 'survive', goal: 'region' })],
  [['placement', 'default'], () => ({ action: 'placement', placement: 'default' })],
  [['placement', 'restricted'], () => ({ action: 'placement', placement: 'restricted' })],
  [['add', 'super', 'region'], cursor => readSuperRegion(cursor, 'add-super-region')],
  [['alter', 'super', 'region'], cursor => readSuperRegion(cursor, 'alter-super-region')],
  [['drop', 'super', 'region'], cursor => ({ action: 'drop-super-region', superRegion: regionName(cursor) })],
  [['alter', 'locality', 'global'], cursor => readLocalityZone(cursor, { locality: 'global' })],
  [['alter', 'locality', 'regional', 'in'], readRegionalZone],
  [['alter', 'locality', 'regional'], cursor => readLocalityZone(cursor, { locality: 'regional' })],
  [['alter', 'locality'], refuseNext],
  [['reset'], cursor => ({ action: 'reset-variable', variable: parseVariableName(cursor) })],
  [['set'], readVariable],
]

function parseChange(cursor: Cursor): DatabaseChange {
  const entry = changes.find(([words]) => cursor.skipWords(...words))
  if (entry) return entry[1](cursor)
  if (cursor.peek().kind !== 'word') throw cursor.unexpected()
  const words: string[] = []
  while (!cursor.atEnd()) words.push(cursor.next().value)
  return { action: 'other', words: words.join(' ') }
}

function readRegion(cursor: Cursor): string {
  cursor.skipSymbol('=')
  return regionName(cursor)
}

function readAddRegion(cursor: Cursor): DatabaseChange {
  const ifNotExists = cursor.skipWords('if', 'not', 'exists')
  return { action: 'add-region', region: regionName(cursor), ifNotExists }
}

function readDropRegion(cursor: Cursor): DatabaseChange {
  const ifExists = cursor.skipWords('if', 'exists')
  return { action: 'drop-region', region: regionName(cursor), ifExists }
}

function readSuperRegion(cursor: Cursor, action: 'add-super-region' | 'alter-super-region'): DatabaseChange {
  const superRegion = regionName(cursor)
  cursor.expectWords('values')
  return { action, superRegion, regions: commaList(cursor, regionName) }
}

function refuseNext(cursor: Cursor): never {
  throw cursor.unexpected()
}

function readRegionalZone(cursor: Cursor): DatabaseChange {
  return readLocalityZone(cursor, { locality: 'regional', region: regionName(cursor) })
}

function readLocalityZone(cursor: Cursor, where: Pick<LocalityZoneChange, 'locality' | 'region'>): LocalityZoneChange {
  return { action: 'locality-zone', ...where, ...readZone(cursor) }
}

function readVariable(cursor: Cursor): DatabaseChange {
  const variable = parseVariableName(cursor)
  if (!cursor.skipSymbol('=')) cursor.expectWords('to')
  if (cursor.skipWords('default')) return { action: 'reset-variable', variable }
  const values = commaList(cursor, item => {
    const token = item.next()
    if (!['word', 'quoted', 'string', 'number'].includes(token.kind)) throw item.unexpected()
    return token.value
  })
  return { action: 'set-variable', variable, values }
}

/** ALTER TABLE, INDEX, PARTITION or RANGE … CONFIGURE ZONE, with the cursor on ALTER; undefined, and nothing read, for others. */
export function parseZoneStatement(cursor: Cursor): StatementNode | undefined {
  const start = cursor.at
  cursor.expectWords('alter')
  const target = parseZoneTarget(cursor)
  if (target && cursor.isWords('configure', 'zone')) return parseConfigureZone(cursor, start, target)
  cursor.at = start
  return undefined
}

/** `TABLE t`, `INDEX t@i`, `PARTITION p OF TABLE t`, `RANGE default`; undefined for anything else. */
export function parseZoneTarget(cursor: Cursor): ZoneTarget | undefined {
  const start = cursor.at
  const type = cursor.takeWord('database', 'table', 'index', 'partition', 'range')
  if (type === 'partition') return parsePartitionTarget(cursor, start)
  if (type === 'range' || type === 'database') {
    if (!['word', 'quoted'].includes(cursor.peek().kind)) return undefined
    const name = { kind: 'name', parts: [cursor.label().name], ...cursor.since(start + 1) } as const
    return { kind: 'zone-target', type, name, ...cursor.since(start) }
  }
  if ((type !== 'table' && type !== 'index') || !cursor.isName()) return undefined
  const name = type === 'index' ? parseIndexName(cursor) : parseName(cursor)
  return { kind: 'zone-target', type, name, ...cursor.since(start) }
}

function parsePartitionTarget(cursor: Cursor, start: number): ZoneTarget | undefined {
  if (!cursor.isName()) return undefined
  const partition = cursor.identifier().name
  cursor.expectWords('of')
  const isIndex = cursor.takeWord('table', 'index') === 'index'
  const name = isIndex ? parseIndexName(cursor) : parseName(cursor)
  return { kind: 'zone-target', type: 'partition', name, partition, ...cursor.since(start) }
}

function parseConfigureZone(cursor: Cursor, start: number, target: ZoneTarget): ConfigureZone {
  return { kind: 'configure-zone', target, ifExists: false, ...readZone(cursor), ...cursor.since(start) }
}

/** CONFIGURE ZONE and what follows. */
function readZone(cursor: Cursor): Pick<ConfigureZone, 'discard' | 'parameters'> {
  cursor.expectWords('configure', 'zone')
  if (cursor.skipWords('discard')) return { discard: true, parameters: [] }
  cursor.expectWords('using')
  return { discard: false, parameters: cursor.skipWords('default') ? [] : commaList(cursor, parseZoneParameter) }
}

/** `gc.ttlseconds = 600` or `num_replicas = COPY FROM PARENT`. */
function parseZoneParameter(cursor: Cursor): Parameter {
  const start = cursor.at
  const name = parseVariableName(cursor)
  cursor.expectSymbol('=')
  if (cursor.skipWords('copy', 'from', 'parent')) return { kind: 'parameter', name, ...cursor.since(start) }
  return { kind: 'parameter', name, value: parseExpression(cursor), ...cursor.since(start) }
}
