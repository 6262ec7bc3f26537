import { randomBytes } from 'node:crypto'
import { Cluster, OptionError } from 'cerci'

/** Everything that can be set from outside, read once at the start. */
export interface Configuration {
  /** The cluster to use; without one, a dev cluster is started. */
  readonly databaseUrl: string | undefined
  readonly host: string
  readonly port: number
  readonly httpServer: HttpServerName
  /** Proxies of one's own in front, each of which adds an address to `X-Forwarded-For`; what stands before those was written by the client. */
  readonly proxies: number
  readonly logLevel: LogLevel
  /** Connections to the cluster at most; two at least, one of which is the lock of migrations while they run. */
  readonly poolMax: number
  /** Requests that may wait for a connection before further ones are refused with 503. */
  readonly maxQueued: number
  /** Where events are delivered; without one they are only logged. */
  readonly webhook: { readonly url: string; readonly secret: string } | undefined
  /** Signs access tokens. Made up at each start unless given, so that tokens of one process are worth nothing in another. */
  readonly accessTokenSecret: Uint8Array
  /** An administrator to create, or to give this password, at the start. */
  readonly administrator: { readonly email: string; readonly password: string } | undefined
  /** Whether to fill an empty database with demo data; a dev cluster that was started is filled in any case. */
  readonly demoData: boolean
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
const httpServers = ['fastify', 'express'] as const

export type LogLevel = (typeof logLevels)[number]
export type HttpServerName = (typeof httpServers)[number]

/** All that is wrong with the configuration, at once. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly code = 'STOREFRONT_CONFIGURATION'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`The configuration is not right: ${faults.join(' ')}`)
    this.faults = faults
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Reads the environment. A variable that is empty is not set. Throws `ConfigurationError` with every fault. */
export function readConfiguration(environment: Environment): Configuration {
  const reader = new Reader(environment)
  const configuration: Configuration = {
    databaseUrl: readDatabaseUrl(reader),
    host: reader.text('HOST') ?? '127.0.0.1',
    port: reader.integer('PORT', 3000, 0, 65_535),
    httpServer: reader.choice('HTTP_SERVER', httpServers, 'fastify'),
    proxies: reader.integer('PROXIES', 0, 0, 10),
    logLevel: reader.choice('LOG_LEVEL', logLevels, 'warn'),
    poolMax: reader.integer('POOL_MAX', 20, 2, 1000),
    maxQueued: reader.integer('MAX_QUEUED', 500, 1, 100_000),
    webhook: readWebhook(reader),
    accessTokenSecret: readSecret(reader),
    administrator: readAdministrator(reader),
    demoData: reader.choice('DEMO_DATA', ['true', 'false'], 'false') === 'true',
  }
  if (reader.faults.length > 0) throw new ConfigurationError(reader.faults)
  return configuration
}

function readDatabaseUrl(reader: Reader): string | undefined {
  const url = reader.text('DATABASE_URL')
  if (url === undefined) return undefined
  try {
    // Reads the URL, and opens nothing before it is used.
    void new Cluster(url)
  } catch (error) {
    if (!(error instanceof OptionError)) throw error
    reader.faults.push(`DATABASE_URL cannot be used: ${error.message.replace('Option "connectionString": ', '')}`)
  }
  return url
}

function readSecret(reader: Reader): Uint8Array {
  const text = reader.text('ACCESS_TOKEN_SECRET')
  if (text === undefined) return randomBytes(32)
  const secret = Buffer.from(text)
  if (secret.length < 32) reader.faults.push('ACCESS_TOKEN_SECRET is too short: give at least 32 random bytes.')
  return secret
}

function readWebhook(reader: Reader): Configuration['webhook'] {
  const [url, secret] = [reader.text('WEBHOOK_URL'), reader.text('WEBHOOK_SECRET')]
  if (url === undefined && secret === undefined) return undefined
  if (url === undefined || secret === undefined) {
    reader.faults.push('WEBHOOK_URL and WEBHOOK_SECRET go together: set both, or neither.')
    return undefined
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    reader.faults.push(`WEBHOOK_URL is "${url}" but must be an http(s) address.`)
  if (secret.length < 16) reader.faults.push('WEBHOOK_SECRET is too short: give at least 16 characters.')
  return { url, secret }
}

function readAdministrator(reader: Reader): Configuration['administrator'] {
  const [email, password] = [reader.text('ADMIN_EMAIL'), reader.text('ADMIN_PASSWORD')]
  if (email === undefined && password === undefined) return undefined
  if (email === undefined || password === undefined) {
    reader.faults.push('ADMIN_EMAIL and ADMIN_PASSWORD go together: set both, or neither.')
    return undefined
  }
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) reader.faults.push(`ADMIN_EMAIL is "${email}" but must be an e-mail address.`)
  if (password.length < 10) reader.faults.push('ADMIN_PASSWORD is too short: give at least 10 characters.')
  return { email, password }
}

/** Reads variables and collects what is wrong with them. */
class Reader {
  readonly faults: string[] = []
  readonly #environment: Environment

  constructor(environment: Environment) {
    this.#environment = environment
  }

  text(name: string): string | undefined {
    return this.#environment[name] || undefined
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    const text = this.text(name) ?? String(fallback)
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    this.faults.push(`${name} is "${text}" but must be a whole number from ${least} to ${most}.`)
    return fallback
  }

  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const text = this.text(name) ?? fallback
    const choice = choices.find(known => known === text)
    if (choice === undefined) this.faults.push(`${name} is "${text}" but must be one of ${choices.join(', ')}.`)
    return choice ?? fallback
  }
}
