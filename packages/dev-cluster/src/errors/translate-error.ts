import { type CockroachError, type ErrorContext, type ErrorRule, parsePostgresError } from './postgres-error.js'
import { conflictRules } from './rules/conflict-rules.js'
import { constraintRules } from './rules/constraint-rules.js'
import { dependencyRules } from './rules/dependency-rules.js'
import { nameRules } from './rules/name-rules.js'
import { privilegeRules } from './rules/privilege-rules.js'
import { sessionRules } from './rules/session-rules.js'
import { syntaxRules } from './rules/syntax-rules.js'
import { typeRules } from './rules/type-rules.js'
import { valueRules } from './rules/value-rules.js'

/** Every difference between PostgreSQL's errors and CockroachDB's. */
const errorRules: readonly ErrorRule[] = [
  ...conflictRules,
  ...constraintRules,
  ...dependencyRules,
  ...nameRules,
  ...privilegeRules,
  ...sessionRules,
  ...syntaxRules,
  ...typeRules,
  ...valueRules,
]

const rulesByCode = new Map<string, ErrorRule[]>()
for (const rule of errorRules) rulesByCode.set(rule.code, [...(rulesByCode.get(rule.code) ?? []), rule])

/** RAISE of PL/pgSQL: the author, of the overlay or of the application, chose the words. */
const RAISE = 'exec_stmt_raise'

/**
 * Rewrites the fields of a PostgreSQL ErrorResponse into what CockroachDB would have sent. The fields that name
 * PostgreSQL's sources, positions and objects are left out, as CockroachDB has none of them but the constraint.
 */
export function translateError(fields: ReadonlyMap<string, string>, context: ErrorContext): Map<string, string> {
  const error = parsePostgresError(fields)
  const severity = fields.get('S') ?? 'ERROR'
  const translated: CockroachError = (error.routine === RAISE ? undefined : findTranslation(error, context)) ?? error
  const answer = new Map([
    ['S', severity],
    ['V', fields.get('V') ?? severity],
    ['C', translated.code ?? error.code],
    ['M', translated.message],
  ])
  if (translated.detail) answer.set('D', translated.detail)
  if (translated.hint) answer.set('H', translated.hint)
  if (error.constraint) answer.set('n', error.constraint)
  return answer
}

function findTranslation(
  error: ReturnType<typeof parsePostgresError>,
  context: ErrorContext,
): CockroachError | undefined {
  for (const rule of rulesByCode.get(error.code) ?? []) {
    if (rule.routines && !rule.routines.includes(error.routine)) continue
    const translated = rule.translate(error, context)
    if (translated) return translated
  }
  return undefined
}
