import { expect, test } from 'vitest'
import { type ParsedScript, parseScript } from '../src/parse/parse-script.js'
import { printTokens } from '../src/print/print-tokens.js'

/** Statements in groups: the spellings of one group mean the same. A name for the group is its first spelling. */
export function checkSpecs(groups: readonly (readonly [string, ...string[]])[]): void {
  const cases = groups.map(spellings => ({ first: spellings[0], spellings }))
  test.each(cases)('$first', ({ first, spellings }) => {
    const tree = describeScript(parseScript(first))
    for (const spelling of spellings) {
      const script = parseScript(spelling)
      expect({ spelling, tree: describeScript(script) }).toEqual({ spelling, tree })
      const printed = printStatements(script)
      expect({ printed, tree: describeScript(parseScript(printed)) }).toEqual({ printed, tree })
      // Printing what was printed changes nothing.
      expect(printStatements(parseScript(printed))).toBe(printed)
    }
  })
}

/** The trees without positions, and with the canonical text of what stays a range of tokens. */
export function describeScript(script: ParsedScript): unknown {
  return script.statements.map(statement => describe(statement, script))
}

function describe(value: unknown, script: ParsedScript): unknown {
  if (Array.isArray(value)) return value.map(item => describe(item, script))
  if (typeof value !== 'object' || value === null) return value
  const { start, end, ...rest } = value as { start?: number; end?: number }
  const fields = Object.fromEntries(Object.entries(rest).map(([name, field]) => [name, describe(field, script)]))
  const isText = start !== undefined && end !== undefined && isOpaque(rest)
  return isText ? { ...fields, text: printTokens(script.tokens.slice(start, end)) } : fields
}

/** Nodes of which some tokens are in no field. */
function isOpaque(fields: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(fields).length === 0 || fields.kind === 'expression'
}

export function printStatements({ tokens, statements }: ParsedScript): string {
  return statements.map(({ start, end }) => printTokens(tokens.slice(start, end))).join('; ')
}
