import { OptionError } from '../errors/option-error.js'

/**
 * The `options` startup parameter: what was given, and every session variable as `-c name=value`.
 * https://www.cockroachlabs.com/docs/v26.2/connection-parameters#supported-options-parameters
 */
export function startupOptions(
  given: string | undefined,
  session: Readonly<Record<string, string | number | boolean>> | undefined,
): string | undefined {
  const variables = Object.entries(session ?? {}).map(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_.]*$/.test(name))
      throw new OptionError('session', `"${name}" is not the name of a session variable`)
    return `-c ${name}=${escapeOption(String(value))}`
  })
  const all = given === undefined || given === '' ? variables : [given, ...variables]
  return all.length === 0 ? undefined : all.join(' ')
}

/** The server splits options at blanks; a backslash keeps one. */
function escapeOption(value: string): string {
  return value.replaceAll(/[\\\s]/g, '\\$&')
}
