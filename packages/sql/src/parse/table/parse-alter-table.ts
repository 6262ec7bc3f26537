import type { AlterTable, AlterTableAction } from '../../tree/table.js'
import { type Cursor, commaList, parenthesized } from '../cursor.js'
import { parseExpression } from '../parse-expression.js'
import { parseLooseName, parseName } from '../parse-name.js'
import { parseType } from '../parse-type.js'
import { parseColumnDefinition } from './parse-column.js'
import { parseConstraint, parseHashSharding, startsConstraint } from './parse-constraint.js'
import { parseLocality, parseParameter, parseStorageParameters } from './parse-create-table.js'
import { parseIndexColumn } from './parse-index.js'
import { parsePartitionBy } from './parse-partition-by.js'

/** After ALTER TABLE. Source: https://www.cockroachlabs.com/docs/v26.2/alter-table */
export function parseAlterTable(cursor: Cursor, start: number): AlterTable {
  const ifExists = cursor.skipWords('if', 'exists')
  cursor.skipWords('only')
  const name = parseName(cursor)
  const actions = commaList(cursor, parseAction)
  return { kind: 'alter-table', name, ifExists, actions, ...cursor.since(start) }
}

type Action = AlterTableAction extends infer A
  ? A extends AlterTableAction
    ? Omit<A, 'start' | 'end' | 'kind'>
    : never
  : never
type ReadAction = (cursor: Cursor) => Action

/** Actions by the words that they start with; the first that fits is taken. */
const actions: readonly (readonly [words: readonly string[], read: ReadAction])[] = [
  [['add'], readAdd],
  [['drop', 'constraint'], readDropConstraint],
  [['drop'], readDropColumn],
  [
    ['validate', 'constraint'],
    cursor => ({ action: 'validate-constraint', constraint: cursor.looseIdentifier().name }),
  ],
  [['rename', 'constraint'], cursor => ({ action: 'rename-constraint', ...readRenaming(cursor) })],
  [['rename', 'to'], cursor => ({ action: 'rename', to: parseName(cursor) })],
  [['rename', 'column'], cursor => ({ action: 'rename-column', ...readRenaming(cursor) })],
  [['rename'], cursor => ({ action: 'rename-column', ...readRenaming(cursor) })],
  [['set', 'schema'], cursor => ({ action: 'set-schema', schema: cursor.looseIdentifier().name })],
  [['owner', 'to'], cursor => ({ action: 'owner', owner: cursor.label().name })],
  [['alter', 'primary', 'key', 'using', 'columns'], readAlterPrimaryKey],
  [['alter', 'column'], readAlterColumn],
  [['alter'], readAlterColumn],
  [['reset'], cursor => ({ action: 'reset-parameters', names: parenthesized(cursor, item => item.label().name) })],
  [['set'], readSet],
  [['inject', 'statistics'], cursor => ({ action: 'inject-statistics', statistics: parseExpression(cursor) })],
  [['enable'], cursor => readWords(cursor, 'enable')],
  [['disable'], cursor => readWords(cursor, 'disable')],
  [['force'], cursor => readWords(cursor, 'force')],
  [['no', 'force'], cursor => readWords(cursor, 'no force')],
]

function parseAction(cursor: Cursor): AlterTableAction {
  const start = cursor.at
  const partitionBy = parsePartitionBy(cursor)
  if (partitionBy) return { kind: 'alter-action', action: 'partition-by', partitionBy, ...cursor.since(start) }
  const entry = actions.find(([words]) => cursor.skipWords(...words))
  const action: Action = entry ? entry[1](cursor) : { action: 'other', words: restWords(cursor) }
  return { kind: 'alter-action', ...action, ...cursor.since(start) }
}

function readAdd(cursor: Cursor): Action {
  if (startsConstraint(cursor)) return { action: 'add-constraint', constraint: parseConstraint(cursor) }
  cursor.skipWords('column')
  const ifNotExists = cursor.skipWords('if', 'not', 'exists')
  const column = parseColumnDefinition(cursor)
  return { action: 'add-column', ifNotExists, column }
}

function readDropConstraint(cursor: Cursor): Action {
  const ifExists = cursor.skipWords('if', 'exists')
  const constraint = cursor.looseIdentifier().name
  return { action: 'drop-constraint', ifExists, constraint, cascade: readCascade(cursor) }
}

function readDropColumn(cursor: Cursor): Action {
  cursor.skipWords('column')
  const ifExists = cursor.skipWords('if', 'exists')
  const column = cursor.identifier().name
  return { action: 'drop-column', ifExists, column, cascade: readCascade(cursor) }
}

function readCascade(cursor: Cursor): boolean {
  if (cursor.skipWords('cascade')) return true
  cursor.skipWords('restrict')
  return false
}

function readRenaming(cursor: Cursor): { readonly from: string; readonly to: string } {
  const from = cursor.looseIdentifier().name
  cursor.expectWords('to')
  return { from, to: cursor.looseIdentifier().name }
}

function readAlterPrimaryKey(cursor: Cursor): Action {
  const columns = parenthesized(cursor, parseIndexColumn)
  const hash = parseHashSharding(cursor)
  const parameters = parseStorageParameters(cursor)
  return { action: 'alter-primary-key', columns, ...(hash && { hash }), parameters }
}

function readAlterColumn(cursor: Cursor): Action {
  const column = cursor.identifier().name
  if (cursor.skipWords('set', 'default')) return { action: 'set-default', column, expression: parseExpression(cursor) }
  if (cursor.skipWords('set', 'on', 'update')) {
    return { action: 'set-on-update', column, expression: parseExpression(cursor) }
  }
  if (cursor.skipWords('drop', 'default')) return { action: 'drop-default', column }
  if (cursor.skipWords('drop', 'on', 'update')) return { action: 'drop-on-update', column }
  if (cursor.skipWords('drop', 'stored')) return { action: 'drop-stored', column }
  if (cursor.skipWords('set', 'not', 'null')) return { action: 'set-not-null', column }
  if (cursor.skipWords('drop', 'not', 'null')) return { action: 'drop-not-null', column }
  if (cursor.skipWords('set', 'visible')) return { action: 'set-visible', column }
  if (cursor.skipWords('set', 'not', 'visible')) return { action: 'set-not-visible', column }
  if (!cursor.skipWords('set', 'data', 'type')) cursor.expectWords('type')
  const type = parseType(cursor)
  const collation = cursor.skipWords('collate') ? parseLooseName(cursor) : undefined
  const using = cursor.skipWords('using') ? parseExpression(cursor) : undefined
  return { action: 'set-type', column, type, ...(collation && { collation }), ...(using && { using }) }
}

function readSet(cursor: Cursor): Action {
  const locality = parseLocality(cursor)
  if (locality) return { action: 'set-locality', locality }
  return { action: 'set-parameters', parameters: parenthesized(cursor, parseParameter) }
}

function readWords(cursor: Cursor, first: string): Action {
  const words = [first]
  while (!cursor.atEnd() && !cursor.isSymbol(',')) words.push(cursor.next().value)
  const text = words.join(' ')
  return { action: text.endsWith('row level security') ? 'row-level-security' : 'other', words: text }
}

function restWords(cursor: Cursor): string {
  if (cursor.peek().kind !== 'word') throw cursor.unexpected()
  const words: string[] = []
  while (!cursor.atEnd()) words.push(cursor.next().value)
  return words.join(' ')
}
