import { fingerprintTokens, type ParsedScript, parseScript, SqlSyntaxError, type StatementNode } from '@cerci/sql'
import { SqlError } from '../errors/sql-error.js'
import { jobOf } from './activity/job-of.js'
import { requireTopLevelAsOf } from './as-of/top-level-as-of.js'
import { type ShortNames, shortenNames } from './long-names.js'
import { contextIn, otherDatabase } from './other-database.js'
import { codePointCount, renderSql } from './rewrite/render.js'
import { Rewrite } from './rewrite/rewrite.js'
import { sql } from './rewrite/sql-text.js'
import { withHoisted } from './rules/statement-sources.js'
import type { Outcome } from './statements/outcome.js'
import { translateStatement } from './statements/translate-statement.js'
import type { TranslateContext } from './translate-context.js'
import type { Translation } from './translation.js'
import { TranslationCache } from './translation-cache.js'

/** About how much memory the translations that are kept may take. */
const CACHE_BYTES = 64 * 1024 * 1024
/** A longer text is translated anew each time: bulk statements would push all others out of memory. */
const longestCachedText = 100_000

/** Turns CockroachDB's SQL into PostgreSQL's. */
export class Translator {
  readonly #cache = new TranslationCache(CACHE_BYTES)

  /** The translations of a text, if they are at hand and still hold. */
  cached(text: string, context: TranslateContext): readonly Translation[] | undefined {
    return this.#cache.get(text, context)
  }

  /**
   * Translates every statement of a text, or those from the given one on; a text without any gives one of kind `empty`.
   *
   * @throws {SqlError} what CockroachDB would answer: a syntax error, an unknown variable, an unsupported statement
   */
  translate(text: string, context: TranslateContext, from = 0): readonly Translation[] {
    const asWritten = parse(text)
    const short = shortenNames(asWritten)
    const script = short ? parse(short.sql) : asWritten
    const rewrites = script.statements
      .slice(from)
      .map(statement => ({ statement, rewrite: rewriteOf(statement, script, context) }))
    const translated = rewrites.map(({ statement, rewrite }) => translateOne(statement, rewrite, script))
    const translations = short ? translated.map(translation => withLongNames(translation, short)) : translated
    if (from === 0 && text.length <= longestCachedText && !rewrites.some(({ rewrite }) => rewrite.live)) {
      this.#cache.set(text, context, {
        translations: translations.length === 0 ? [empty] : translations,
        variables: new Map(rewrites.flatMap(({ rewrite }) => [...rewrite.variables])),
        clusterVersion: rewrites.some(({ rewrite }) => rewrite.usesCluster) ? context.cluster.version : undefined,
      })
    }
    return translations.length === 0 ? [empty] : translations
  }
}

function rewriteOf(statement: StatementNode, script: ParsedScript, context: TranslateContext): Rewrite {
  const database = otherDatabase(statement, context)
  if (database === undefined) return new Rewrite(script, context)
  const rewrite = new Rewrite(script, contextIn(database, context))
  rewrite.database = database
  rewrite.live = true
  return rewrite
}

function withLongNames(translation: Translation, { longNames, position }: ShortNames): Translation {
  const inShort = translation.position
  return { ...translation, longNames, position: inShort ? at => position(inShort(at)) : position }
}

const empty: Translation = { sql: '', kind: 'empty', fingerprint: '' }

function parse(text: string): ParsedScript {
  try {
    return parseScript(text)
  } catch (error) {
    if (!(error instanceof SqlSyntaxError)) throw error
    throw new SqlError(error.code, error.message, {
      ...(error.detail !== undefined && { detail: error.detail }),
      ...(error.hint !== undefined && { hint: error.hint }),
      position: codePointCount(text, error.offset) + 1,
      cause: error,
    })
  }
}

function translateOne(statement: StatementNode, rewrite: Rewrite, script: ParsedScript): Translation {
  const outcome = translateStatement(statement, rewrite)
  const accesses = rewrite.accesses.map(({ table, reads, writes, home }) => ({ table, reads, writes, home }))
  const { sql: _, ...rest } = outcome
  if (rewrite.asOf) requireTopLevelAsOf(statement)
  const asOf = outcome.asOf ?? rewrite.asOf
  return {
    ...rest,
    ...(asOf && { asOf }),
    ...(rewrite.live && { live: true }),
    ...(rewrite.database !== undefined && { database: rewrite.database }),
    ...(outcome.kind === 'ddl' && jobOf(statement, rewrite)),
    ...(accesses.length > 0 && { accesses }),
    ...printStatement(statement, outcome, rewrite, script),
    fingerprint: fingerprintTokens(script.tokens.slice(statement.start, statement.end)),
  }
}

/** A lone statement that needed nothing goes on byte for byte, with whatever stands around it. */
function printStatement(
  statement: StatementNode,
  outcome: Outcome,
  rewrite: Rewrite,
  script: ParsedScript,
): Pick<Translation, 'sql' | 'position'> {
  if (outcome.sql === undefined && !rewrite.draft.edited && script.statements.length === 1)
    return { sql: script.source }
  const startsWithClause = script.tokens[statement.start]?.value === 'with'
  const text = withHoisted(sql`${outcome.sql ?? rewrite.draft.text(statement)}`, rewrite, startsWithClause)
  return renderSql(text, script.source)
}
