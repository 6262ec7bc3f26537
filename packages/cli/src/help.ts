import { columns } from './columns.js'
import type { Command, FlagInfo } from './command.js'
import { commands } from './commands.js'

/** The help of all commands, or of those of a group, such as `node`. */
export function groupHelp(group = ''): string {
  const shown = commands.filter(({ name }) => group === '' || name.startsWith(`${group} `))
  const rows = shown.map(({ name, positionals, summary }) => [`  ${[name, ...positionals].join(' ')}`, summary])
  return [
    `Usage: cerci ${group === '' ? '<command>' : `${group} <command>`} [flags]`,
    '',
    ...columns(rows),
    '',
    'cerci <command> --help shows its flags; cerci --version prints the version.',
  ].join('\n')
}

export function commandHelp({ name, positionals, summary, flags, details }: Command): string {
  const rows = Object.entries(flags).map(([flag, info]) => [`  --${flag}${placeholder(info)}`, info.summary])
  return [
    `Usage: cerci ${[name, ...positionals].join(' ')} [flags]`,
    '',
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    ...(details === undefined ? [] : [details]),
    '',
    ...columns(rows),
  ].join('\n')
}

function placeholder({ value }: FlagInfo): string {
  return value === undefined ? '' : ` ${value}`
}
