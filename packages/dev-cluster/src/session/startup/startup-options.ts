import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'

/**
 * Reads the `options` of a startup message: `-c name=value`, `-cname=value` and `--name=value`, separated by spaces, with
 * `\` before a space or backslash that belongs to a value. `--cluster=…` names a tenant to CockroachDB Cloud's proxy
 * and means nothing to a node.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/connection-parameters#supported-options-parameters
 * @throws {SqlError} 22023
 */
export function parseStartupOptions(text: string): [name: string, value: string][] {
  const words = splitWords(text)
  const options: [string, string][] = []
  for (let at = 0; at < words.length; at++) {
    let word = words[at] ?? ''
    if (word === '-c') word = `-c${words[++at] ?? ''}`
    options.push(parseOption(word))
  }
  return options.filter(([name]) => name !== 'cluster')
}

function parseOption(word: string): [string, string] {
  const match = /^(?:-c|--)([^=]+)=(.*)$/s.exec(word)
  const [, name, value] = match ?? []
  if (name === undefined || value === undefined) {
    throw new SqlError(
      sqlState.invalid_parameter_value,
      `option "${word}" is invalid, must be written -c name=value or --name=value`,
    )
  }
  return [name.replaceAll('-', '_').toLowerCase(), value]
}

function splitWords(text: string): string[] {
  const words = text.match(/(?:\\.|[^\s\\])+/gs) ?? []
  return words.map(word => word.replaceAll(/\\(.)/gs, '$1'))
}
