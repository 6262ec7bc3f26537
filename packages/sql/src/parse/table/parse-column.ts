import type { Expression, Name, TypeName } from '../../tree/node.js'
import type { ColumnConstraint, ColumnDefinition, ColumnFamily } from '../../tree/table.js'
import type { Cursor } from '../cursor.js'
import { parseExpression } from '../parse-expression.js'
import { parseIdentifierName, parseLooseName } from '../parse-name.js'
import { parseType } from '../parse-type.js'
import { parseHashSharding, parseReference } from './parse-constraint.js'
import { parseStorageParameters } from './parse-create-table.js'

/** Words that end DEFAULT and ON UPDATE expressions. NOT and NULL are left to `parseBareExpression`. */
const qualifierStops: ReadonlySet<string> = new Set(
  `not null constraint primary unique check references default on as generated collate family create using visible
  deferrable initially`.split(/\s+/),
)

interface Draft {
  collation?: Name
  notVisible?: boolean
  nullable?: boolean
  default?: Expression
  onUpdate?: Expression
  computed?: { readonly expression: Expression; readonly stored: boolean }
  identity?: NonNullable<ColumnDefinition['identity']>
  family?: ColumnFamily
  readonly constraints: ColumnConstraint[]
}

/** `name TYPE [qualifiers]`. Source: https://www.cockroachlabs.com/docs/v26.2/create-table#column-definition */
export function parseColumnDefinition(cursor: Cursor): ColumnDefinition {
  const start = cursor.at
  const { name } = cursor.identifier()
  const type = parseColumnType(cursor)
  const draft: Draft = { constraints: [] }
  while (parseQualifier(cursor, draft));
  return {
    kind: 'column',
    name,
    ...(type && { type }),
    ...(draft.collation && { collation: draft.collation }),
    notVisible: draft.notVisible ?? false,
    ...(draft.nullable !== undefined && { nullable: draft.nullable }),
    ...(draft.default && { default: draft.default }),
    ...(draft.onUpdate && { onUpdate: draft.onUpdate }),
    ...(draft.computed && { computed: draft.computed }),
    ...(draft.identity && { identity: draft.identity }),
    ...(draft.family && { family: draft.family }),
    constraints: draft.constraints,
    ...cursor.since(start),
  }
}

function parseColumnType(cursor: Cursor): TypeName | undefined {
  if (
    cursor.isWord(
      'primary',
      'unique',
      'not',
      'null',
      'default',
      'references',
      'check',
      'constraint',
      'as',
      'on',
      'family',
    )
  )
    return undefined
  return cursor.isSymbol(',', ')') || cursor.atEnd() ? undefined : parseType(cursor)
}

function parseQualifier(cursor: Cursor, draft: Draft): boolean {
  const named = cursor.skipWords('constraint') ? cursor.looseIdentifier().name : undefined
  const name = named === undefined ? {} : { name: named }
  const word = cursor.peek().kind === 'word' ? cursor.peek().value : ''
  switch (word) {
    case 'not':
      cursor.next()
      if (cursor.skipWords('visible')) draft.notVisible = true
      else if (cursor.skipWords('deferrable')) break
      else {
        cursor.expectWords('null')
        draft.nullable = false
      }
      return true
    case 'null':
      cursor.next()
      draft.nullable = true
      return true
    case 'collate':
      cursor.next()
      draft.collation = parseLooseName(cursor)
      return true
    case 'default':
      cursor.next()
      draft.default = parseBareExpression(cursor)
      return true
    case 'on':
      cursor.expectWords('on', 'update')
      draft.onUpdate = parseBareExpression(cursor)
      return true
    case 'as':
      cursor.next()
      draft.computed = parseComputed(cursor)
      return true
    case 'generated':
      parseGenerated(cursor, draft)
      return true
    case 'primary': {
      cursor.expectWords('primary', 'key')
      const hash = parseHashSharding(cursor)
      const parameters = parseStorageParameters(cursor)
      draft.constraints.push({ type: 'primary-key', ...name, ...(hash && { hash }), parameters })
      return true
    }
    case 'unique':
      cursor.next()
      draft.constraints.push({ type: 'unique', ...name, withoutIndex: cursor.skipWords('without', 'index') })
      return true
    case 'check': {
      cursor.next()
      draft.constraints.push({ type: 'check', ...name, expression: parseParenthesized(cursor) })
      return true
    }
    case 'references':
      draft.constraints.push({ type: 'references', ...name, ...parseReference(cursor) })
      return true
    case 'family':
    case 'create':
      draft.family = parseColumnFamily(cursor)
      return true
    default:
  }
  if (named !== undefined) throw cursor.unexpected()
  return false
}

/** An expression that qualifiers may follow: after a complete operand, NOT and NULL start the next qualifier. */
function parseBareExpression(cursor: Cursor): Expression {
  if (cursor.skipWords('null')) return { kind: 'expression', parts: [], start: cursor.at - 1, end: cursor.at }
  return parseExpression(cursor, qualifierStops)
}

function parseComputed(cursor: Cursor): { readonly expression: Expression; readonly stored: boolean } {
  const expression = parseParenthesized(cursor)
  const word = cursor.takeWord('stored', 'virtual')
  if (word === undefined) throw cursor.unexpected()
  return { expression, stored: word === 'stored' }
}

function parseGenerated(cursor: Cursor, draft: Draft): void {
  cursor.expectWords('generated')
  const always = cursor.skipWords('always')
  if (!always) cursor.expectWords('by', 'default')
  cursor.expectWords('as')
  if (always && cursor.isSymbol('(')) {
    draft.computed = parseComputed(cursor)
    return
  }
  cursor.expectWords('identity')
  const start = cursor.at
  if (cursor.isSymbol('(')) parseParenthesized(cursor)
  draft.identity = { always, ...(cursor.at > start && { options: cursor.since(start) }) }
}

/** The expression between parentheses, without them. */
export function parseParenthesized(cursor: Cursor): Expression {
  cursor.expectSymbol('(')
  const expression = parseExpression(cursor)
  cursor.expectSymbol(')')
  return expression
}

/** FAMILY f, CREATE [IF NOT EXISTS] FAMILY [f] after a column. */
function parseColumnFamily(cursor: Cursor): ColumnFamily {
  const create = cursor.skipWords('create')
  const ifNotExists = create && cursor.skipWords('if', 'not', 'exists')
  cursor.expectWords('family')
  return { ...(cursor.isName() && { name: parseIdentifierName(cursor) }), create, ifNotExists }
}
