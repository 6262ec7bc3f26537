import { type NodeOf, parseScript, printString, type Range, tokenize } from '@cerci/sql'
import { Rewrite } from '../rewrite/rewrite.js'
import { plainText } from '../rewrite/sql-text.js'
import { postgresTypeName } from '../rules/types.js'
import type { Outcome } from './outcome.js'
import { translateStatement } from './translate-statement.js'

/**
 * CREATE, ALTER and DROP of functions and procedures: the types of the signature, and what the body of one in SQL says. A
 * body in PL/pgSQL gets PostgreSQL's names of types only. Source: https://www.cockroachlabs.com/docs/v26.2/user-defined-functions
 */
export function translateRoutine(node: NodeOf<'plain'>, rewrite: Rewrite): Outcome {
  let language = ''
  for (let index = node.start; index < node.end; index++) {
    const token = rewrite.token(index)
    // Only a superuser may claim it in PostgreSQL; in CockroachDB it moves filters in plans, which nobody sees here.
    if (token.value === 'leakproof') rewrite.draft.remove(leakproof(index, rewrite))
    if (token.value === 'language') language = rewrite.token(index + 1).value
    const type = token.kind === 'word' ? postgresTypeName(token.value, rewrite) : undefined
    if (type !== undefined) rewrite.draft.replace({ start: index, end: index + 1 }, type)
  }
  const body = bodyOf(node, rewrite)
  if (body !== undefined) {
    const text = rewrite.token(body).value
    const translated = language === 'sql' ? translateSqlBody(text, rewrite) : translateTypes(text, rewrite)
    if (translated !== text) rewrite.draft.replace({ start: body, end: body + 1 }, printString(translated))
  }
  return { kind: 'ddl' }
}

function leakproof(index: number, rewrite: Rewrite): Range {
  return { start: rewrite.token(index - 1).value === 'not' ? index - 1 : index, end: index + 1 }
}

/** The index of the string after AS. */
function bodyOf(node: NodeOf<'plain'>, rewrite: Rewrite): number | undefined {
  for (let index = node.start; index + 1 < node.end; index++) {
    if (rewrite.token(index).value === 'as' && rewrite.token(index + 1).kind === 'string') return index + 1
  }
  return undefined
}

function translateSqlBody(text: string, outer: Rewrite): string {
  const script = parseScript(text)
  const statements = script.statements.map(statement => {
    const rewrite = new Rewrite(script, outer.context)
    const outcome = translateStatement(statement, rewrite)
    return plainText(outcome.sql ?? rewrite.draft.text(statement))
  })
  return statements.join(';\n')
}

function translateTypes(text: string, rewrite: Rewrite): string {
  let translated = ''
  let end = 0
  for (const token of tokenize(text)) {
    const type = token.kind === 'word' ? postgresTypeName(token.value, rewrite) : undefined
    translated += text.slice(end, token.start) + (type ?? token.text)
    end = token.end
  }
  return translated
}
