import { printName, type Target } from '@cerci/sql'
import type { Rewrite } from '../rewrite/rewrite.js'
import { isLoneInteger } from './integers.js'

/** Calls whose rewritten form PostgreSQL would name otherwise. */
const renamedCalls: ReadonlySet<string> = new Set([
  'extract',
  'position',
  'if',
  'iferror',
  'iserror',
  'current_timestamp',
])

/** Keeps the name that an unnamed output column has in CockroachDB where the rewritten expression would get another. */
export function rewriteOutputName(target: Target, rewrite: Rewrite): void {
  if (target.alias || target.star) return
  const name = outputName(target, rewrite)
  if (name !== undefined) rewrite.draft.after(target, ` AS "${name.replaceAll('"', '""')}"`)
}

function outputName(target: Target, rewrite: Rewrite): string | undefined {
  const { expression } = target
  if (isLoneInteger(target, rewrite)) return '?column?'
  const first = rewrite.token(expression.start)
  if (expression.end - expression.start === 1) {
    if (first.kind === 'word' && first.value === 'current_timestamp') return first.value
    if (first.kind === 'word' && (first.value === 'true' || first.value === 'false')) return 'bool'
    return first.kind === 'bytes' ? '?column?' : undefined
  }
  const call = expression.parts.find(part => part.kind === 'call' && part.start === expression.start)
  if (call?.kind === 'call' && call.end === expression.end) {
    const [schema = '', name] = call.name.parts
    if (name === undefined) return renamedCalls.has(schema) ? schema : undefined
    return schema === 'crdb_internal' ? `crdb_internal.${printName(name)}` : undefined
  }
  const hasFloorDivision = Array.from({ length: expression.end - expression.start }, (_, at) =>
    rewrite.token(expression.start + at),
  ).some(token => token.kind === 'operator' && token.text === '//')
  return hasFloorDivision ? '?column?' : undefined
}
