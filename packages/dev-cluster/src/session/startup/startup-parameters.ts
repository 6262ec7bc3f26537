import { type Startup, StartupCode } from '@cerci/wire'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { normalizeVariableValue } from '../../variables/normalize-variable-value.js'
import { findVariable } from '../../variables/variables.js'
import { parseStartupOptions } from './startup-options.js'

/** What a client asks for when it connects. */
export interface StartupParameters {
  readonly user: string
  readonly database: string
  /** Session variables by name, normalized. */
  readonly variables: ReadonlyMap<string, string>
  /** Results held back for a retry, at most, in bytes. */
  readonly resultsBufferBytes: number
  /** Set when the client asks for more than protocol 3.0. */
  readonly negotiate: { readonly version: number; readonly unrecognizedOptions: readonly string[] } | undefined
}

/** CockroachDB's own default, where PostgreSQL would take the user's name. */
const DEFAULT_DATABASE = 'defaultdb'
const DEFAULT_RESULTS_BUFFER_BYTES = 512 * 1024

/**
 * Reads a startup message as CockroachDB does: unknown parameters are left out, those that nobody may change are an error.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/connection-parameters
 * @throws {SqlError}
 */
export function parseStartupParameters(startup: Startup): StartupParameters {
  const user = (startup.parameters.get('user') ?? '').toLowerCase()
  if (user === '') {
    throw new SqlError(sqlState.invalid_authorization, 'no SQL user name specified in startup packet')
  }
  const variables = new Map<string, string>()
  let resultsBufferBytes = DEFAULT_RESULTS_BUFFER_BYTES
  for (const [name, value] of settingsOf(startup)) {
    if (name === 'results_buffer_size') resultsBufferBytes = parseBytes(value)
    else addVariable(variables, name, value)
  }
  return {
    user,
    database: startup.parameters.get('database') || DEFAULT_DATABASE,
    variables,
    resultsBufferBytes,
    negotiate: negotiation(startup),
  }
}

/** The options first, so that a parameter of its own wins. */
function settingsOf({ parameters }: Startup): [string, string][] {
  if (isTrue(parameters.get('replication'))) {
    throw new SqlError(sqlState.feature_not_supported, 'unimplemented: replication connections', {
      hint: 'the dev cluster serves SQL connections only; leave out the "replication" parameter',
    })
  }
  const notSettings = new Set(['user', 'database', 'options', 'replication'])
  const own = [...parameters].filter(([name]) => !notSettings.has(name) && !name.startsWith('_pq_.'))
  return [...parseStartupOptions(parameters.get('options') ?? ''), ...own]
}

function addVariable(variables: Map<string, string>, name: string, value: string): void {
  const variable = findVariable(name)
  if (variable === undefined) return
  variables.set(
    variable.name,
    variable.name === 'client_encoding' ? clientEncoding(value) : normalizeVariableValue(variable, value),
  )
}

/** Drivers spell the one encoding there is in many ways. */
function clientEncoding(value: string): string {
  const word = value.replaceAll(/['"-]/g, '').toLowerCase()
  if (['utf8', 'unicode', 'cp65001'].includes(word)) return 'UTF8'
  throw new SqlError(sqlState.feature_not_supported, `unimplemented client encoding: "${value}"`)
}

function parseBytes(value: string): number {
  const match = /^(\d+)\s*(?:(k|m)i?b?|b)?$/i.exec(value.trim())
  if (match === null) {
    throw new SqlError(sqlState.invalid_parameter_value, `error parsing "results_buffer_size" value "${value}"`)
  }
  const unit = match[2]?.toLowerCase()
  return Number(match[1]) * (unit === 'k' ? 1024 : unit === 'm' ? 1024 * 1024 : 1)
}

function negotiation(startup: Startup): StartupParameters['negotiate'] {
  const unrecognizedOptions = [...startup.parameters.keys()].filter(name => name.startsWith('_pq_.'))
  if (startup.minorVersion === 0 && unrecognizedOptions.length === 0) return undefined
  return { version: StartupCode.ProtocolVersion3, unrecognizedOptions }
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && !['', 'false', 'off', 'no', '0'].includes(value.toLowerCase())
}
