import {
  type Call,
  parseStatement,
  printString,
  type Range,
  reservedKeywords,
  type Script,
  visitTree,
} from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { isAggregateName } from '../statements/primary-key-order.js'
import { unimplemented } from '../unimplemented.js'

/**
 * IFERROR(expression, instead [, code]) and ISERROR(expression [, code]). PostgreSQL can catch an error only where it runs a statement, and sees no
 * columns there. So the expression goes to a function as a text, beside the values that it is computed from: columns, placeholders, aggregates and
 * subqueries, whose own errors CockroachDB does not catch either. A branch that is never taken tells PostgreSQL the type of the result.
 */
export function errorFunction(call: Call, rewrite: Rewrite): string | undefined {
  const isIferror = call.name.parts[0] === 'iferror'
  const [expression, ...others] = call.args
  const [instead, code, extra] = isIferror ? others : [undefined, ...others]
  if (!expression || extra || (isIferror && !instead)) return undefined
  const branches = [expression, ...(instead ? [instead] : [])].map(range => inspect(rewrite.draft.plain(range)))
  const sample = branches.map(({ text }) => `WHEN false THEN (${text})`).join(' ')
  const args = [
    `CASE ${sample} END`,
    code ? `(${rewrite.draft.plain(code)})::text` : 'NULL::text',
    ...branches.map(printBranch),
  ]
  return `crdb_internal.cerci_${isIferror ? 'iferror' : 'iserror'}(${args.join(', ')})`
}

/** An expression, and where in it its inputs are. */
interface Branch {
  readonly text: string
  /** What is around and between the inputs. */
  readonly pieces: readonly string[]
  readonly inputs: readonly string[]
}

function printBranch({ pieces, inputs }: Branch): string {
  const types = inputs.map(input => `pg_catalog.pg_typeof(${input})`)
  const values = inputs.map(input => `(${input})::text`)
  return [
    `ARRAY[${pieces.map(printString).join(', ')}]`,
    `ARRAY[${values.join(', ')}]::text[]`,
    `ARRAY[${types.join(', ')}]::pg_catalog.regtype[]`,
  ].join(', ')
}

const SELECT = 'SELECT '

function inspect(expression: string): Branch {
  // A literal under a cast would be read before there is a row, and outside of where errors are caught.
  const text = withTypedLiterals(expression)
  const script = parseStatement(SELECT + text)
  const pieces: string[] = []
  const inputs: string[] = []
  let from = SELECT.length
  for (const range of inputsOf(script)) {
    const [start, end] = [script.tokens[range.start]?.start ?? 0, script.tokens[range.end - 1]?.end ?? 0]
    pieces.push(script.source.slice(from, start))
    inputs.push(script.source.slice(start, end))
    from = end
  }
  return { text, pieces: [...pieces, script.source.slice(from)], inputs }
}

function withTypedLiterals(text: string): string {
  const { tokens, source } = parseStatement(SELECT + text)
  let typed = ''
  let from = SELECT.length
  tokens.forEach(({ kind, end }, at) => {
    const after = tokens[at + 1]
    if (kind !== 'string' || (after?.text !== '::' && after?.value !== 'as')) return
    typed += `${source.slice(from, end)}::text`
    from = end
  })
  return typed + source.slice(from)
}

/** Columns, placeholders, aggregates and subqueries, in the order in which they stand. */
function inputsOf({ statement, tokens }: ReturnType<typeof parseStatement>): readonly Range[] {
  const whole: Range[] = []
  const skipped = new Set<number>()
  const skip = (range: Range): void => {
    for (let index = range.start; index < range.end; index++) skipped.add(index)
  }
  visitTree(statement, {
    type: skip,
    call(call) {
      skip(call.name)
      const next = tokens[call.end]
      const isWindow = next?.kind === 'word' && ['over', 'filter', 'within'].includes(next.value)
      if (isWindow) throw unimplemented('window functions and FILTER in IFERROR and ISERROR')
      if (isAggregateName(call.name.parts.at(-1) ?? '')) whole.push(call)
    },
    query(query) {
      if (query === statement) return
      const before = tokens[query.start - 2]
      if (before?.kind === 'word' && ['in', 'any', 'some', 'all'].includes(before.value)) {
        throw unimplemented('IN, ANY and ALL with a subquery in IFERROR and ISERROR')
      }
      const isOperand = before?.kind === 'word' && ['exists', 'array'].includes(before.value)
      whole.push({ start: query.start - (isOperand ? 2 : 1), end: query.end + 1 })
    },
  })
  const outermost = whole.filter(({ start, end }) => !whole.some(w => w.start < start && end <= w.end))
  const inputs: Range[] = []
  // The first token is SELECT.
  for (let index = 1; index < tokens.length; index++) {
    const inside = outermost.find(range => range.start === index)
    const end = inside?.end ?? endOfName(index, tokens, skipped)
    if (end === undefined) continue
    inputs.push({ start: index, end })
    index = end - 1
  }
  return inputs
}

/** Words of expressions that are not reserved. */
const operatorWords: ReadonlySet<string> = new Set(
  `at between coalesce escape exists greatest if ilike isnull least like notnull nullif of operator over overlaps row similar time unknown zone`.split(
    ' ',
  ),
)
const overlaySchemas: ReadonlySet<string> = new Set(['pg_catalog', 'crdb_internal'])

/** Where the column or placeholder that begins with a token ends; undefined when none does. */
function endOfName(start: number, tokens: Script['tokens'], skipped: ReadonlySet<number>): number | undefined {
  const [before, token, after] = [tokens[start - 1], tokens[start], tokens[start + 1]]
  if (token === undefined || skipped.has(start) || before?.text === '.') return undefined
  if (token.kind === 'placeholder') return start + 1
  const isColumn =
    token.kind === 'quoted' ||
    (token.kind === 'word' && !reservedKeywords.has(token.value) && !operatorWords.has(token.value))
  if (!isColumn || before?.value === 'collate' || after?.kind === 'string' || after?.text === '(') return undefined
  if (overlaySchemas.has(token.value)) return undefined
  let end = start + 1
  while (tokens[end]?.text === '.') end += 2
  return end
}
