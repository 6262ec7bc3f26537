/** Every error of the command line, by its stable code. `{name}` stands for a detail. */
export const cliErrors = {
  CERCI_CLI_COMMAND: "There is no command 'cerci {command}'. Commands: {commands}. See `cerci {group}--help`.",
  CERCI_CLI_FLAG: '{reason}. See `cerci {command} --help`.',
  CERCI_CLI_VALUE: '--{flag}: {reason}. See `cerci {command} --help`.',
  CERCI_CLI_ARGUMENTS: '{reason}. Usage: cerci {usage}. See `cerci {command} --help`.',
  CERCI_CLI_NODE: "'{id}' is no node: give its number, as `cerci node list` shows it.",
  CERCI_CLI_ADMIN_URL: "'{url}' is no address of an admin API. It looks like http://127.0.0.1:8080.",
  CERCI_CLI_UNREACHABLE:
    'No dev cluster answers at {url} ({reason}). Start one with `cerci dev`, or give its admin API with --admin or CERCI_ADMIN_URL.',
  CERCI_CLI_AUTHORITY:
    'What answers at {url} is not known to be your secure dev cluster ({reason}). Give the folder of its certificates with --certs-dir or CERCI_CERTS_DIR.',
  CERCI_CLI_SCHEME:
    'What answers at {url} does not speak that protocol ({reason}). The admin API of a dev cluster with --secure begins with https://, that of another one with http://.',
  CERCI_CLI_CERTS:
    'The certificates for the admin API cannot be read ({reason}). Give the folder that `cerci dev --secure --certs-dir` uses.',
  CERCI_CLI_REFUSED: '{message}',
  CERCI_CLI_STRANGER:
    'What answers at {url} is not the admin API of a dev cluster. Give its address with --admin or CERCI_ADMIN_URL.',
} as const

export type CliErrorCode = keyof typeof cliErrors

/** An error of usage, printed as one line. */
export class CliError extends Error {
  readonly code: CliErrorCode

  constructor(code: CliErrorCode, details: Readonly<Record<string, string>> = {}, cause?: unknown) {
    super(
      cliErrors[code].replaceAll(/\{(\w+)\}/g, (whole, name: string) => details[name] ?? whole),
      cause === undefined ? undefined : { cause },
    )
    this.code = code
  }

  static {
    this.prototype.name = 'CliError'
  }
}
