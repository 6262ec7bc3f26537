// One table, longer than other files: every parameter that connection strings of CockroachDB, libpq, node-postgres and Prisma carry.
import { OptionError, oneOf } from '../errors/option-error.js'
import { parseHosts, parsePort } from './connection-string.js'
import type { ClusterOptions, HostOptions, SslMode } from './options.js'
import { sslModes } from './tls.js'

/** Options while they are being collected. */
export type OptionDraft = { -readonly [K in keyof ClusterOptions]: ClusterOptions[K] } & {
  sslnegotiation?: 'postgres' | 'direct'
  channelBinding?: boolean
  ports?: number[]
  addresses?: string[]
}

/**
 * Puts the parameters of a connection string into options. Returns the names of those that have no meaning here, for one warning:
 * a parameter of another driver shall not keep a service from starting.
 */
export function applyParameters(parameters: ReadonlyMap<string, string>, draft: OptionDraft): string[] {
  const unknown: string[] = []
  for (const [name, value] of parameters) {
    const apply = Object.hasOwn(urlParameters, name) ? urlParameters[name] : undefined
    if (apply === undefined || apply(value, draft, name) === 'unsupported') unknown.push(name)
  }
  return unknown
}

type Apply = (value: string, draft: OptionDraft, name: string) => void | 'unsupported'

/** Means nothing to a client of CockroachDB, or says what is so anyway. */
const understood: Apply = () => {}

/** Of libpq (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS), CockroachDB and Prisma (https://www.prisma.io/docs/orm/overview/databases/postgresql). */
const urlParameters: Readonly<Record<string, Apply>> = {
  user: (value, draft) => void (draft.user = value),
  username: (value, draft) => void (draft.user = value),
  password: (value, draft) => void (draft.password = value),
  dbname: (value, draft) => void (draft.database = value),
  host: (value, draft, name) => {
    draft.hosts = parseHosts(value, name).map(({ host, port }): HostOptions => ({ host, port }))
  },
  hostaddr: (value, draft) => void (draft.addresses = value.split(',')),
  port: (value, draft, name) => void (draft.ports = value.split(',').map(port => parsePort(port, name))),
  application_name: (value, draft) => void (draft.applicationName = value),
  fallback_application_name: (value, draft) => void (draft.applicationName ??= value),
  options: (value, draft) => void (draft.options = joined(draft.options, value)),
  cluster: (value, draft) => void (draft.options = joined(draft.options, `--cluster=${value}`)),
  connect_timeout: (value, draft, name) => {
    const seconds = whole(value, name)
    if (seconds > 0) draft.connectTimeoutMs = seconds * 1000 // 0 means no limit in libpq; a pool needs one
  },
  client_encoding: value => (/^utf-?8$|^auto$|^unicode$/i.test(value) ? undefined : 'unsupported'),
  target_session_attrs: value =>
    ['any', 'read-write', 'primary', 'prefer-standby'].includes(value) ? undefined : 'unsupported',
  load_balance_hosts: value => (value === 'random' ? undefined : 'unsupported'),
  keepalives: value => (value === '1' ? undefined : 'unsupported'),
  keepalives_idle: (value, draft, name) => void (draft.keepAliveDelayMs = whole(value, name) * 1000),
  statement_timeout: (value, draft, name) => void (draft.statementTimeoutMs = whole(value, name)),
  lock_timeout: (value, draft, name) => void (draft.lockTimeoutMs = whole(value, name)),
  idle_in_transaction_session_timeout: (value, draft, name) =>
    void (draft.idleInTransactionTimeoutMs = whole(value, name)),

  sslmode: (value, draft) => void (draft.sslmode = sslmode(value)),
  sslrootcert: (value, draft) => void (draft.sslrootcert = value),
  sslcert: (value, draft) => void (draft.sslcert = value),
  sslkey: (value, draft) => void (draft.sslkey = value),
  sslpassword: (value, draft) => void (draft.sslpassword = value),
  sslnegotiation: (value, draft) =>
    void (draft.sslnegotiation = oneOf(value, 'sslnegotiation', ['postgres', 'direct'])),
  sslsni: value => (value === '1' ? undefined : 'unsupported'),
  ssl: (value, draft) => void (draft.sslmode ??= truth(value, 'ssl') ? 'verify-full' : 'disable'),
  channel_binding: (value, draft) =>
    void (draft.channelBinding = oneOf(value, 'channel_binding', ['disable', 'prefer', 'require']) !== 'disable'),
  uselibpqcompat: understood,
  gssencmode: value => (value === 'disable' || value === 'prefer' ? undefined : 'unsupported'),

  results_buffer_size: session,
  search_path: session,
  default_transaction_isolation: session,
  default_transaction_priority: session,
  default_transaction_quality_of_service: session,
  default_transaction_read_only: session,
  default_transaction_use_follower_reads: session,
  enforce_home_region: session,
  transaction_timeout: session,
  timezone: session,

  locality: (value, draft) => void (draft.locality = value),
  srv: (value, draft) => void (draft.dns = { ...draft.dns, srv: truth(value, 'srv') }),

  schema: (value, draft) => void (draft.session = { ...draft.session, search_path: value }),
  connection_limit: (value, draft, name) => void (draft.max = whole(value, name)),
  pool_timeout: (value, draft, name) => void (draft.acquireTimeoutMs = limit(whole(value, name))),
  socket_timeout: (value, draft, name) => void (draft.queryTimeoutMs = limit(whole(value, name))),
  max_idle_connection_lifetime: (value, draft, name) => void (draft.idleTimeoutMs = limit(whole(value, name))),
  max_connection_lifetime: (value, draft, name) => void (draft.maxLifetimeMs = limit(whole(value, name))),
  statement_cache_size: (value, draft, name) => {
    const size = whole(value, name)
    if (size === 0) draft.preparedStatements = false
    else draft.statementCacheSize = size
  },
  pgbouncer: (value, draft) =>
    void (draft.preparedStatements = truth(value, 'pgbouncer') ? false : draft.preparedStatements),
  sslaccept: (value, draft) =>
    void (draft.sslmode ??=
      oneOf(value, 'sslaccept', ['strict', 'accept_invalid_certs']) === 'strict' ? 'verify-full' : 'require'),
}

function session(value: string, draft: OptionDraft, name: string): void {
  draft.session = { ...draft.session, [name]: value }
}

function sslmode(value: string): SslMode {
  if (value === 'no-verify') return 'require' // node-postgres' own spelling
  return oneOf(value, 'sslmode', sslModes)
}

function truth(value: string, name: string): boolean {
  return ['true', '1', 'on', 'yes'].includes(
    oneOf(value.toLowerCase(), name, ['true', '1', 'on', 'yes', 'false', '0', 'off', 'no']),
  )
}

function whole(value: string, name: string): number {
  if (!/^\d+$/.test(value)) throw new OptionError(name, `"${value}" is not a whole number`)
  return Number(value)
}

/** Seconds of Prisma's parameters, where 0 switches the limit off. */
function limit(seconds: number): number | 'unlimited' {
  return seconds === 0 ? 'unlimited' : seconds * 1000
}

function joined(before: string | undefined, more: string): string {
  return before === undefined || before === '' ? more : `${before} ${more}`
}
