import type { Flags } from './flags.js'

/** What a flag takes: nothing (`switch`), any text, a number, or a whole number. */
export type FlagKind = 'switch' | 'text' | 'number' | 'integer'

export interface FlagInfo {
  readonly kind: FlagKind
  /** Stands for the value in the help. */
  readonly value?: string
  readonly summary: string
}

/** Where commands write. */
export interface Terminal {
  /** Writes one line to standard output: results. */
  print(line: string): void
  /** Writes one line to standard error: progress and errors. */
  note(line: string): void
}

/** What a command is run with. */
export interface CommandCall {
  readonly flags: Flags
  readonly positionals: readonly string[]
  readonly terminal: Terminal
}

/** One command, as data; what it does is loaded only when it runs. */
export interface Command {
  /** As typed: `dev`, `node list`. */
  readonly name: string
  readonly summary: string
  /** Names of the positional arguments, all required. */
  readonly positionals: readonly string[]
  readonly flags: Readonly<Record<string, FlagInfo>>
  /** Every argument, `--help` included, is another program's, and is passed on as it is. */
  readonly passesOn?: boolean
  readonly details?: string
  /** What it resolves to, if anything, is the exit code. */
  load(): Promise<(call: CommandCall) => Promise<number | void>>
}
