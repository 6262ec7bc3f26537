import type pg from 'pg'
import { checkOptions } from '../errors/known-options.js'
import { OptionError, oneOf } from '../errors/option-error.js'
import { readTypes } from '../query/columns.js'
import { maxTimerMs, readTimeoutMs } from '../query/limits.js'
import type { TransactionOptions } from '../transaction/transaction.js'
import { transactionOptions } from '../transaction/transaction-call.js'
import { parseConnectionString, parseHosts, parsePort } from './connection-string.js'
import { type Locality, parseLocality } from './locality.js'
import type { Address, ClusterOptions, DnsOptions, HostOptions } from './options.js'
import { applyPgOptions, type PgOptionName } from './pg-options.js'
import { startupOptions } from './startup-options.js'
import { createTlsPolicy, type TlsPolicy } from './tls.js'
import { applyParameters, type OptionDraft } from './url-parameters.js'
import { withDefaults } from './with-defaults.js'

/** A host as configured. `hostaddr` is where to connect when that is not the name. */
export interface Host {
  readonly host: string
  readonly port: number
  readonly hostaddr: string | undefined
  readonly locality: Locality | undefined
}

/** Options with every default filled in; durations of `Infinity` mean "unlimited". */
export interface Settings {
  readonly hosts: readonly Host[]
  readonly user: string | undefined
  readonly password: string | (() => string | Promise<string>) | undefined
  readonly database: string
  readonly applicationName: string
  readonly startupOptions: string | undefined
  readonly channelBinding: boolean
  readonly tls: TlsPolicy
  readonly localities: readonly Locality[]
  readonly mapAddress: ((address: Address) => Address) | undefined
  readonly dns: DnsOptions
  readonly max: number
  readonly min: number
  readonly connectTimeoutMs: number
  readonly acquireTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly maxLifetimeMs: number
  readonly validateAfterIdleMs: number
  readonly probeSilentAfterMs: number
  readonly keepAliveDelayMs: number
  readonly statementTimeoutMs: number | undefined
  readonly idleInTransactionTimeoutMs: number | undefined
  readonly lockTimeoutMs: number | undefined
  readonly queryTimeoutMs: number
  readonly allowExitOnIdle: boolean
  readonly onConnect: ((client: pg.Client) => void | Promise<void>) | undefined
  readonly preparedStatements: boolean
  readonly pipelining: boolean
  readonly statementCacheSize: number
  readonly types: pg.CustomTypesConfig | undefined
  readonly transaction: TransactionOptions
  /** Neither a connection string nor options have named a host. */
  readonly hostsByDefault: boolean
  /** Names of options and URL parameters that have no meaning here. */
  readonly ignored: readonly string[]
}

/** What a pool is made of: our options, and node-postgres' names for the same things. */
export type PoolConfig = ClusterOptions & Pick<pg.PoolConfig, PgOptionName>

const defaultPort = 26_257

/**
 * Makes settings of options: the connection string first, then what is said beside it.
 *
 * @throws OptionError `CERCI_INVALID_OPTION` names the option; never a secret.
 */
export function createSettings(given: PoolConfig | string): Settings {
  const config: PoolConfig = typeof given === 'string' ? { connectionString: given } : given
  if (typeof config !== 'object' || config === null)
    throw new OptionError('connectionString', 'there is none; is its environment variable set?')
  const draft: OptionDraft = {}
  const ignored: string[] = []
  if (config.connectionString !== undefined) ignored.push(...applyConnectionString(config.connectionString, draft))
  const { own, other } = splitConfig(config)
  ignored.push(...applyPgOptions(other, draft))
  Object.assign(draft, own, {
    session: withDefaults(draft.session ?? {}, config.session ?? {}),
    dns: withDefaults(draft.dns ?? {}, config.dns ?? {}),
  })
  const serverless = oneOf(draft.preset ?? 'server', 'preset', ['server', 'serverless']) === 'serverless'
  const max = count(draft.max ?? (serverless ? 1 : 10), 'max', 1)
  return {
    hosts: hostsOf(draft),
    user: draft.user,
    password: readPassword(draft.password),
    database: draft.database ?? 'defaultdb',
    applicationName: draft.applicationName ?? 'cerci',
    startupOptions: startupOptions(draft.options, draft.session),
    channelBinding: draft.channelBinding ?? false,
    tls: createTlsPolicy(draft, draft.sslnegotiation ?? 'postgres'),
    localities: listOf(draft.locality).map(text => parseLocality(text, 'locality')),
    mapAddress: draft.mapAddress,
    dns: draft.dns ?? {},
    max,
    min: atMost(count(draft.min ?? 0, 'min', 0), max, 'min'),
    connectTimeoutMs: Math.min(count(draft.connectTimeoutMs ?? 5_000, 'connectTimeoutMs', 1), maxTimerMs),
    acquireTimeoutMs: duration(draft.acquireTimeoutMs ?? 15_000, 'acquireTimeoutMs'),
    idleTimeoutMs: duration(draft.idleTimeoutMs ?? (serverless ? 10_000 : 300_000), 'idleTimeoutMs'),
    maxLifetimeMs: duration(draft.maxLifetimeMs ?? 300_000, 'maxLifetimeMs'),
    validateAfterIdleMs: duration(draft.validateAfterIdleMs ?? 30_000, 'validateAfterIdleMs'),
    probeSilentAfterMs: duration(draft.probeSilentAfterMs ?? 5_000, 'probeSilentAfterMs'),
    keepAliveDelayMs: count(draft.keepAliveDelayMs ?? 10_000, 'keepAliveDelayMs', 0),
    statementTimeoutMs: timeout(draft.statementTimeoutMs, 'statementTimeoutMs'),
    idleInTransactionTimeoutMs: timeout(draft.idleInTransactionTimeoutMs, 'idleInTransactionTimeoutMs'),
    lockTimeoutMs: timeout(draft.lockTimeoutMs, 'lockTimeoutMs'),
    queryTimeoutMs: duration(draft.queryTimeoutMs ?? 'unlimited', 'queryTimeoutMs'),
    allowExitOnIdle: draft.allowExitOnIdle ?? serverless,
    onConnect: draft.onConnect,
    preparedStatements: draft.preparedStatements ?? true,
    pipelining: (draft.pipelining ?? true) && draft.preparedStatements !== false,
    statementCacheSize: count(draft.statementCacheSize ?? 200, 'statementCacheSize', 1),
    types: readTypes(draft.types),
    transaction: readTransaction(draft.transaction),
    hostsByDefault: draft.hosts === undefined,
    ignored,
  }
}

const ownOptions: Record<keyof ClusterOptions, true> = {
  connectionString: true,
  hosts: true,
  user: true,
  password: true,
  database: true,
  applicationName: true,
  options: true,
  session: true,
  sslmode: true,
  sslrootcert: true,
  sslcert: true,
  sslkey: true,
  sslpassword: true,
  tls: true,
  locality: true,
  mapAddress: true,
  dns: true,
  max: true,
  min: true,
  connectTimeoutMs: true,
  acquireTimeoutMs: true,
  idleTimeoutMs: true,
  maxLifetimeMs: true,
  validateAfterIdleMs: true,
  probeSilentAfterMs: true,
  keepAliveDelayMs: true,
  statementTimeoutMs: true,
  idleInTransactionTimeoutMs: true,
  lockTimeoutMs: true,
  queryTimeoutMs: true,
  allowExitOnIdle: true,
  preset: true,
  onConnect: true,
  preparedStatements: true,
  pipelining: true,
  statementCacheSize: true,
  types: true,
  transaction: true,
}

function splitConfig(config: PoolConfig): { own: Record<string, unknown>; other: Record<string, unknown> } {
  const own: Record<string, unknown> = {}
  const other: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(config)) {
    if (value === undefined) continue
    if (Object.hasOwn(ownOptions, name)) own[name] = value
    else other[name] = value
  }
  return { own, other }
}

function applyConnectionString(text: string, draft: OptionDraft): string[] {
  const parsed = parseConnectionString(text)
  if (parsed.user !== undefined) draft.user = parsed.user
  if (parsed.password !== undefined) draft.password = parsed.password
  if (parsed.database !== undefined) draft.database = parsed.database
  if (parsed.hosts.length > 0) draft.hosts = parsed.hosts
  return applyParameters(parsed.parameters, draft)
}

/** Hosts with their ports: a list of ports goes with the list of hosts, one port with all of them, as in libpq. */
function hostsOf(draft: OptionDraft): Host[] {
  const given: unknown = draft.hosts
  if (given !== undefined && !Array.isArray(given)) throw new OptionError('hosts', 'it must be an array')
  const hosts = (draft.hosts ?? ['localhost']).flatMap((host): HostOptions[] =>
    typeof host === 'string' ? parseHosts(host, 'hosts') : [checkedHost(host)],
  )
  if (hosts.length === 0) throw new OptionError('hosts', 'there must be at least one')
  const { ports = [], addresses = [] } = draft
  if (ports.length > 1 && ports.length !== hosts.length)
    throw new OptionError('port', 'there must be one, or as many as hosts')
  if (addresses.length > 0 && addresses.length !== hosts.length)
    throw new OptionError('hostaddr', 'there must be as many as hosts')
  return hosts.map((host, at) => ({
    host: host.host,
    port: host.port ?? ports[at] ?? ports[0] ?? defaultPort,
    hostaddr: addresses[at],
    locality: host.locality === undefined ? undefined : parseLocality(host.locality, 'hosts'),
  }))
}

function readPassword(password: ClusterOptions['password']): ClusterOptions['password'] {
  if (password !== undefined && typeof password !== 'string' && typeof password !== 'function')
    throw new OptionError('password', 'it must be a string, or a function that gives one')
  return password
}

function readTransaction(transaction: TransactionOptions = {}): TransactionOptions {
  checkOptions(transaction, transactionOptions)
  return transaction
}

function checkedHost(host: HostOptions): HostOptions {
  const given: unknown = host
  if (typeof given !== 'object' || given === null || typeof host.host !== 'string' || host.host === '')
    throw new OptionError('hosts', 'each must be a text such as "host:26257", or an object with `host`')
  return host.port === undefined ? host : { ...host, port: parsePort(String(host.port), 'hosts') }
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

function count(value: number, name: string, least: number): number {
  if (!Number.isSafeInteger(value) || value < least)
    throw new OptionError(name, `it must be a whole number of ${least} or more`)
  return value
}

function atMost(value: number, most: number, name: string): number {
  if (value > most) throw new OptionError(name, `it must not be more than max, which is ${most}`)
  return value
}

function duration(value: number | 'unlimited', name: string): number {
  return readTimeoutMs(value, name) ?? Number.POSITIVE_INFINITY
}

function timeout(value: number | undefined, name: string): number | undefined {
  return value === undefined ? undefined : count(value, name, 0)
}
