import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError } from './cli-error.js'
import type { Command, Terminal } from './command.js'
import { commands } from './commands.js'
import { parseArguments } from './flags.js'
import { commandHelp, groupHelp } from './help.js'

const processTerminal: Terminal = {
  print: line => console.log(line),
  note: line => console.error(line),
}

/** Runs the command line, and returns its exit code: 0, 1 after one line that says what is wrong, or that of the program it ran. */
export async function main(given: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  try {
    return (await run(given, terminal)) ?? 0
  } catch (error) {
    terminal.note(`cerci: ${messageOf(error)}`)
    return 1
  }
}

async function run(given: readonly string[], terminal: Terminal): Promise<number | void> {
  const [first = '', second = ''] = given
  if (first === '--version' || first === '-v') return terminal.print(await version())
  if (first === '' || first === '--help' || first === '-h') return terminal.print(groupHelp())

  const command = commands.find(({ name }) => name === first || name === `${first} ${second}`)
  if (!command) return groupOrError(first, second, terminal)
  const { flags, positionals, help } = parseArguments(command, given.slice(command.name.split(' ').length))
  if (help) return terminal.print(commandHelp(command))
  const execute = await command.load()
  return execute({ flags, positionals, terminal })
}

function groupOrError(first: string, second: string, terminal: Terminal): void {
  const inGroup = commands.filter(({ name }) => name.startsWith(`${first} `))
  const isGroup = inGroup.length > 0
  if (isGroup && (second === '' || second === '--help' || second === '-h')) return terminal.print(groupHelp(first))
  throw new CliError('CERCI_CLI_COMMAND', {
    command: isGroup ? `${first} ${second}` : first,
    group: isGroup ? `${first} ` : '',
    commands: (isGroup ? inGroup : commands).map(lastWord(isGroup)).join(', '),
  })
}

function lastWord(short: boolean): (command: Command) => string {
  return ({ name }) => (short ? (name.split(' ')[1] ?? name) : name)
}

async function version(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(import.meta.dirname, '..', 'package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest && 'version' in manifest ? String(manifest.version) : 'unknown'
}

/** What the user can do something about has a code and is one line; what only we can, comes with its stack. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const expected = 'code' in error && typeof error.code === 'string' && error.code.startsWith('CERCI_')
  return expected ? error.message : (error.stack ?? error.message)
}
