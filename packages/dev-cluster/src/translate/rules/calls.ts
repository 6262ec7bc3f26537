import type { Call, Range } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { joinSql, type SqlText, sql } from '../rewrite/sql-text.js'
import { errorFunction } from './error-functions.js'

/** The SQL that stands for a call; undefined to leave it as it is. */
type RewriteCall = (call: Call, rewrite: Rewrite) => SqlText | string | undefined

/** Calls that PostgreSQL's grammar treats otherwise. Anything a function can do is in the overlay instead. */
const calls: ReadonlyMap<string, RewriteCall> = new Map<string, RewriteCall>([
  ['current_catalog', withoutParentheses],
  ['current_date', withoutParentheses],
  ['current_role', withoutParentheses],
  ['current_time', withoutParentheses],
  ['current_timestamp', currentTimestamp],
  ['current_user', withoutParentheses],
  ['localtime', withoutParentheses],
  ['localtimestamp', withoutParentheses],
  ['session_user', withoutParentheses],
  ['extract', (call, rewrite) => extract(call, rewrite, 'date_part')],
  ['extract_duration', (call, rewrite) => extract(call, rewrite, 'extract_duration')],
  ['position', position],
  ['substring', (call, rewrite) => keywordsToCommas(call, rewrite, 'substring', ['from', 'for'])],
  ['overlay', (call, rewrite) => keywordsToCommas(call, rewrite, 'overlay', ['placing', 'from', 'for'])],
  ['if', conditional],
  ['nextval', virtualNextval],
  ['annotate_type', annotateType],
  ['iferror', errorFunction],
  ['iserror', errorFunction],
])

/** Rewrites a call. The name that its output column has is kept by the rule for output columns. */
export function rewriteCall(call: Call, rewrite: Rewrite): void {
  const [name = ''] = call.name.parts
  const replacement = call.name.parts.length === 1 ? calls.get(name)?.(call, rewrite) : undefined
  if (replacement !== undefined) rewrite.draft.replace(call, replacement)
  if (name === 'crdb_internal' && call.name.parts[1] === 'datums_to_bytes' && call.args.length > 0) {
    rewrite.draft.replace(call, datumsToBytes(call, rewrite))
  }
  // Without the schema the overlay's function comes first, where there is one.
  if (name === 'pg_catalog' && call.name.end - call.name.start === 3) {
    rewrite.draft.replace(call.name, rewrite.draft.text({ start: call.name.end - 1, end: call.name.end }))
  }
}

/** A virtual sequence, named in a literal, gives what `unique_rowid()` does. https://www.cockroachlabs.com/docs/v26.2/serial */
function virtualNextval({ args }: Call, rewrite: Rewrite): SqlText | undefined {
  const [argument] = args
  const literal = argument && rewrite.token(argument.start)
  if (args.length !== 1 || !argument || literal?.kind !== 'string') return undefined
  const named = literal.value.matchAll(/"((?:[^"]|"")*)"|([^."\s]+)/g)
  const parts = Array.from(named, ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.toLowerCase())
  const sequence = rewrite.table({ kind: 'name', parts, start: argument.start, end: argument.start + 1 })
  if (sequence?.kind !== 'sequence' || sequence.properties.virtual !== true) return undefined
  return sql`crdb_internal.cerci_virtual_nextval(${rewrite.draft.text(argument)})`
}

function currentTimestamp(call: Call, rewrite: Rewrite): SqlText | string | undefined {
  return call.args.length === 0 && rewrite.asksForTime ? 'now()' : withoutParentheses(call, rewrite)
}

function withoutParentheses(call: Call, rewrite: Rewrite): SqlText | undefined {
  return call.args.length === 0 ? rewrite.draft.text(call.name) : undefined
}

/** extract(field FROM value) gives a float in CockroachDB; PostgreSQL's date_part does, its extract does not. */
function extract(call: Call, rewrite: Rewrite, name: string): SqlText | undefined {
  const [argument] = call.args
  if (!argument || call.args.length !== 1) return undefined
  const from = keywordIn(argument, 'from', rewrite)
  if (from === undefined) return undefined
  const field = rewrite.token(argument.start).value.replaceAll("'", "''")
  return sql`${name}('${field}', ${rewrite.draft.text({ start: from + 1, end: argument.end })})`
}

/** position(a IN b) is strpos(b, a), which the overlay gives an INT8 result. */
function position(call: Call, rewrite: Rewrite): SqlText | undefined {
  const [argument] = call.args
  if (!argument || call.args.length !== 1) return undefined
  const separator = keywordIn(argument, 'in', rewrite)
  if (separator === undefined) return undefined
  const part = rewrite.draft.text({ start: argument.start, end: separator })
  return sql`strpos(${rewrite.draft.text({ start: separator + 1, end: argument.end })}, ${part})`
}

/** The keyword form of a function takes only PostgreSQL's own int4 arguments; the call with commas finds the overlay's. */
function keywordsToCommas(
  call: Call,
  rewrite: Rewrite,
  name: string,
  keywords: readonly string[],
): SqlText | undefined {
  const [argument] = call.args
  if (!argument || call.args.length !== 1) return undefined
  const parts: Range[] = []
  let start = argument.start
  let separators = 0
  for (const keyword of keywords) {
    const at = keywordIn({ start, end: argument.end }, keyword, rewrite)
    if (at === undefined) continue
    if (keyword === 'for' && separators === 0 && name === 'substring') return substringFor(argument, at, rewrite)
    parts.push({ start, end: at })
    start = at + 1
    separators++
  }
  if (separators === 0) return undefined
  parts.push({ start, end: argument.end })
  return sql`${name}(${joinSql(
    parts.map(part => rewrite.draft.text(part)),
    ', ',
  )})`
}

/** substring(a FOR n [FROM m]) */
function substringFor(argument: Range, at: number, rewrite: Rewrite): SqlText | undefined {
  const from = keywordIn({ start: at, end: argument.end }, 'from', rewrite)
  const text = rewrite.draft.text({ start: argument.start, end: at })
  const length = rewrite.draft.text({ start: at + 1, end: from ?? argument.end })
  const first = from === undefined ? '1' : rewrite.draft.text({ start: from + 1, end: argument.end })
  return sql`substring(${text}, ${first}, ${length})`
}

/** A CASE, unlike a call, evaluates only the branch that it takes. */
function conditional(call: Call, rewrite: Rewrite): SqlText | undefined {
  const [condition, whenTrue, whenFalse] = call.args
  if (!condition || !whenTrue || !whenFalse || call.args.length !== 3) return undefined
  const { draft } = rewrite
  return sql`CASE WHEN ${draft.text(condition)} THEN ${draft.text(whenTrue)} ELSE ${draft.text(whenFalse)} END`
}

/** Arguments of any types are a row, which a function in SQL takes. */
function datumsToBytes(call: Call, rewrite: Rewrite): SqlText {
  const args = call.args.map(arg => rewrite.draft.text(arg))
  return sql`crdb_internal.datums_to_bytes(ROW(${joinSql(args, ', ')}))`
}

function annotateType(call: Call, rewrite: Rewrite): SqlText | undefined {
  const [value, type] = call.args
  if (!value || call.args.length !== 2 || !type) return undefined
  return sql`CAST(${rewrite.draft.text(value)} AS ${rewrite.draft.text(type)})`
}

/** The index of a word outside of brackets in a range. */
function keywordIn(range: Range, word: string, rewrite: Rewrite): number | undefined {
  let depth = 0
  for (let index = range.start; index < range.end; index++) {
    const token = rewrite.token(index)
    if (token.kind === 'punctuation' && '([{'.includes(token.text)) depth++
    else if (token.kind === 'punctuation' && ')]}'.includes(token.text)) depth--
    else if (depth === 0 && token.kind === 'word' && token.value === word && index > range.start) return index
  }
  return undefined
}
