import { parseArgs } from 'node:util'
import { CliError } from './cli-error.js'
import type { Command, FlagKind } from './command.js'

/** A command's flags as they were given. */
export class Flags {
  readonly #command: Command
  readonly #values: ReadonlyMap<string, string | boolean>

  constructor(command: Command, values: ReadonlyMap<string, string | boolean>) {
    this.#command = command
    this.#values = values
  }

  /** Whether a switch was given. */
  has(name: string): boolean {
    return this.#values.has(name)
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name)
    return typeof value === 'string' ? value : undefined
  }

  number(name: string): number | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : Number(text)
  }

  /** A list separated by commas. */
  list(name: string): string[] | undefined {
    return this.text(name)
      ?.split(',')
      .map(item => item.trim())
  }

  /** An error about a flag's value. */
  wrong(flag: string, reason: string): CliError {
    return new CliError('CERCI_CLI_VALUE', { flag, reason, command: this.#command.name })
  }
}

export interface ParsedArguments {
  readonly flags: Flags
  readonly positionals: readonly string[]
  readonly help: boolean
}

/** @throws {CliError} `CERCI_CLI_FLAG`, `CERCI_CLI_VALUE`, `CERCI_CLI_ARGUMENTS` */
export function parseArguments(command: Command, given: readonly string[]): ParsedArguments {
  if (command.passesOn === true) return { flags: new Flags(command, new Map()), positionals: given, help: false }
  const { values, positionals } = parsed(command, given)
  const flags = new Flags(command, new Map(Object.entries(values).flatMap(single)))
  if (values.help === true) return { flags, positionals, help: true }
  for (const [name, { kind }] of Object.entries(command.flags)) checkNumber(flags, name, kind)
  if (positionals.length !== command.positionals.length) {
    throw argumentsError(command, miscounted(command, positionals))
  }
  const empty = command.positionals[positionals.indexOf('')]
  if (empty !== undefined) throw argumentsError(command, `${empty} is empty`)
  return { flags, positionals, help: false }
}

function argumentsError(command: Command, reason: string): CliError {
  const usage = [command.name, ...command.positionals].join(' ')
  return new CliError('CERCI_CLI_ARGUMENTS', { reason, usage, command: command.name })
}

function miscounted(command: Command, positionals: readonly string[]): string {
  const extra = positionals[command.positionals.length]
  return extra === undefined
    ? `${command.positionals.slice(positionals.length).join(' ')} is missing`
    : `'${extra}' is one argument too many`
}

/** parseArgs takes the -1 of `--nodes -1` for a flag; joined, it is a value that can be judged. */
function withNegativeNumbers(given: readonly string[]): string[] {
  const joined: string[] = []
  for (const argument of given) {
    const flag = joined.at(-1)
    if (/^-\d/.test(argument) && flag?.startsWith('--') && !flag.includes('='))
      joined.push(`${joined.pop()}=${argument}`)
    else joined.push(argument)
  }
  return joined
}

/** A flag given twice counts as given last: no value is a list. */
function single([name, value]: [string, unknown]): [string, string | boolean][] {
  return typeof value === 'string' || typeof value === 'boolean' ? [[name, value]] : []
}

function parsed(command: Command, given: readonly string[]) {
  const options = Object.entries(command.flags).map(
    ([name, { kind }]) => [name, { type: kind === 'switch' ? 'boolean' : 'string' }] as const,
  )
  try {
    return parseArgs({
      args: withNegativeNumbers(given),
      options: { ...Object.fromEntries(options), help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
      strict: true,
    })
  } catch (cause) {
    // Node adds advice in further sentences; the first says what is wrong.
    const reason = cause instanceof Error ? (cause.message.split('. ')[0] ?? '').replace(/\n.*/s, '') : String(cause)
    throw new CliError('CERCI_CLI_FLAG', { reason, command: command.name }, cause)
  }
}

function checkNumber(flags: Flags, name: string, kind: FlagKind): void {
  const text = flags.text(name)
  if (text === undefined) return
  if (kind === 'integer' && !/^\d+$/.test(text)) throw flags.wrong(name, `'${text}' is no whole number`)
  if (kind === 'number' && !/^-?\d*\.?\d+$/.test(text)) throw flags.wrong(name, `'${text}' is no number`)
}
