/** Everything that can be set from outside, read once at the start. */
export interface Configuration {
  /** The cluster to use; without one, a dev cluster is started. */
  readonly databaseUrl: string | undefined
  readonly host: string
  readonly port: number
  readonly logLevel: LogLevel
  /** Connections to the cluster at most. */
  readonly poolMax: number
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

export type LogLevel = (typeof logLevels)[number]

/** All that is wrong with the environment, at once. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly code = 'STOREFRONT_CONFIGURATION'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`The environment is not right: ${faults.join(' ')}`)
    this.faults = faults
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the environment. Throws `ConfigurationError` with every fault. */
export function readConfiguration(environment: Environment): Configuration {
  const faults: string[] = []
  const integer = (name: string, fallback: number, least: number, most: number): number => {
    const text = environment[name]
    if (text === undefined || text === '') return fallback
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    faults.push(`${name} is "${text}" but must be a whole number from ${least} to ${most}.`)
    return fallback
  }
  const configuration = {
    databaseUrl: environment.DATABASE_URL || undefined,
    host: environment.HOST || '127.0.0.1',
    port: integer('PORT', 3000, 0, 65_535),
    logLevel: readLogLevel(environment.LOG_LEVEL, faults),
    poolMax: integer('POOL_MAX', 20, 1, 1000),
  }
  if (faults.length > 0) throw new ConfigurationError(faults)
  return configuration
}

function readLogLevel(text: string | undefined, faults: string[]): LogLevel {
  const level = logLevels.find(known => known === (text || 'warn'))
  if (level !== undefined) return level
  faults.push(`LOG_LEVEL is "${text}" but must be one of ${logLevels.join(', ')}.`)
  return 'warn'
}
