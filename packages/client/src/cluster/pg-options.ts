import type pg from 'pg'
import { OptionError } from '../errors/option-error.js'
import type { OptionDraft } from './url-parameters.js'

/**
 * Puts node-postgres' own option names into ours, so that `new CerciPool(config)` takes what `new pg.Pool(config)` took.
 * In node-postgres 0 switches a limit off; here that is spelt `'unlimited'`. Returns the names of options that have no meaning here.
 */
export function applyPgOptions(config: Readonly<Record<string, unknown>>, draft: OptionDraft): string[] {
  const unknown: string[] = []
  for (const [name, value] of Object.entries(config)) {
    if (value === undefined || value === null) continue
    const apply = Object.hasOwn(pgOptions, name) ? pgOptions[name] : undefined
    if (apply === undefined) unknown.push(name)
    else apply(value, draft, name)
  }
  return unknown
}

/** Options of node-postgres that are spelt differently here, or that say what is so anyway. */
export type PgOptionName = Exclude<
  keyof pg.PoolConfig,
  | 'connectionString'
  | 'user'
  | 'password'
  | 'database'
  | 'max'
  | 'min'
  | 'options'
  | 'types'
  | 'allowExitOnIdle'
  | 'onConnect'
>

type Apply = (value: unknown, draft: OptionDraft, name: string) => void

const understood: Apply = () => {}

const refused: Apply = (_value, _draft, name) => {
  throw new OptionError(name, 'it is not supported by this pool; leave it out')
}

const pgOptions: Readonly<Record<string, Apply>> = {
  host: (value, draft, name) =>
    void (draft.hosts = text(value, name)
      .split(',')
      .map(host => ({ host }))),
  port: (value, draft, name) => void (draft.ports = [number(value, name)]),
  application_name: (value, draft, name) => void (draft.applicationName = text(value, name)),
  fallback_application_name: (value, draft, name) => void (draft.applicationName ??= text(value, name)),
  ssl: applySsl,
  sslnegotiation: (value, draft) => void (draft.sslnegotiation = value === 'direct' ? 'direct' : 'postgres'),
  enableChannelBinding: (value, draft) => void (draft.channelBinding = value === true),
  statement_timeout: (value, draft, name) =>
    void (draft.statementTimeoutMs = value === false ? undefined : number(value, name)),
  lock_timeout: (value, draft, name) => void (draft.lockTimeoutMs = number(value, name)),
  idle_in_transaction_session_timeout: (value, draft, name) =>
    void (draft.idleInTransactionTimeoutMs = number(value, name)),
  query_timeout: (value, draft, name) => void (draft.queryTimeoutMs = limit(number(value, name))),
  connectionTimeoutMillis: (value, draft, name) => {
    const timeout = number(value, name)
    draft.acquireTimeoutMs = limit(timeout)
    if (timeout > 0) draft.connectTimeoutMs = timeout
  },
  idleTimeoutMillis: (value, draft, name) => void (draft.idleTimeoutMs = limit(number(value, name))),
  maxLifetimeSeconds: (value, draft, name) => void (draft.maxLifetimeMs = limit(number(value, name) * 1000)),
  poolSize: (value, draft, name) => void (draft.max ??= number(value, name)),
  keepAlive: understood, // always on
  keepAliveInitialDelayMillis: (value, draft, name) => void (draft.keepAliveDelayMs = number(value, name)),
  client_encoding: understood,
  Client: refused,
  stream: refused,
  binary: refused,
  pipeline: refused,
  maxUses: refused,
  verify: refused,
}

function applySsl(value: unknown, draft: OptionDraft, name: string): void {
  if (value === false) draft.sslmode = 'disable'
  else if (value === true || value === 'true') draft.sslmode = 'verify-full'
  else if (value === 'no-verify') draft.sslmode = 'require'
  else if (typeof value === 'object' && value !== null) {
    draft.sslmode = 'rejectUnauthorized' in value && value.rejectUnauthorized === false ? 'require' : 'verify-full'
    draft.tls = { ...draft.tls, ...value }
  } else throw new OptionError(name, 'it must be true, false or options of tls.connect')
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new OptionError(name, 'it must be a string')
  return value
}

function number(value: unknown, name: string): number {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof read !== 'number' || !Number.isFinite(read) || read < 0)
    throw new OptionError(name, 'it must be a number of 0 or more')
  return read
}

function limit(milliseconds: number): number | 'unlimited' {
  return milliseconds === 0 ? 'unlimited' : milliseconds
}
