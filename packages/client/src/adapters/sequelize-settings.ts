import { OptionError } from '../errors/option-error.js'
import type { CerciPool } from '../pool/cerci-pool.js'
import { isSymbol, isWord, type Token, tokensOf } from '../statement/tokens.js'

/** Sequelize's options about sessions and connections, which are the cluster's here. https://sequelize.org/api/v6/class/src/sequelize.js~sequelize */
export interface SessionSettings {
  readonly timezone?: unknown
  readonly keepDefaultTimezone?: unknown
  readonly clientMinMessages?: unknown
  readonly ssl?: unknown
  readonly dialectOptions?: object | null | undefined
}

/**
 * Refuses what Sequelize would have set for its own connections: those of the cluster are everybody's, and keep what the cluster says.
 *
 * @throws OptionError that names each option, and where it belongs
 */
export function refuseSettings(pool: CerciPool, settings: SessionSettings): void {
  const refused = [...refusedOptions(pool, settings), ...refusedDialectOptions(settings.dialectOptions ?? {})]
  if (refused.length === 0) return
  const belongs = refused.map(([name, place]) => `${name} is ${place}`).join('; ')
  throw new OptionError(
    refused.map(([name]) => name).join(', '),
    `Sequelize runs on the cluster's connections, which it does not set up; give it to new Cluster() or its connection string instead: ${belongs}`,
  )
}

type Refused = readonly [name: string, place: string]

function* refusedOptions(pool: CerciPool, settings: SessionSettings): Generator<Refused> {
  const { timezone, keepDefaultTimezone, clientMinMessages, ssl } = settings
  const inSession = /(?:^|\s)-c\s*timezone=(\S+)/i.exec(pool.connections.settings.startupOptions ?? '')?.[1]
  if (typeof timezone === 'string' && !utc.test(timezone) && (offset.test(timezone) || timezone !== inSession))
    yield [
      'timezone',
      "session: { timezone: 'Area/City' }, a name, not an offset, whose sign means east in one place and west in another; then Sequelize takes the same name",
    ]
  if (keepDefaultTimezone !== true) yield ['keepDefaultTimezone: false', 'session: { timezone }']
  if (clientMinMessages) yield ['clientMinMessages', places.clientMinMessages]
  if (ssl) yield ['ssl', places.ssl]
}

function* refusedDialectOptions(options: object): Generator<Refused> {
  const given = new Map<string, unknown>(Object.entries(options))
  for (const [name, place] of Object.entries(places)) {
    const value = given.get(name)
    if (value !== undefined && value !== null && value !== false && value !== harmless[name])
      yield [`dialectOptions.${name}`, place]
  }
}

const utc = /^(?:[+-]00:?00|Z|(?:Etc\/)?(?:UTC|UCT|GMT|Zulu))$/i

const offset = /^[+-]/

/** Values that say what is so anyway. */
const harmless: Readonly<Record<string, unknown>> = {
  clientMinMessages: 'ignore',
  keepAlive: true,
  client_encoding: 'utf8',
}

/** What Sequelize takes for connections and sessions, and where that is said here. */
const places = {
  application_name: 'applicationName (application_name)',
  statement_timeout: 'statementTimeoutMs (statement_timeout)',
  lock_timeout: 'lockTimeoutMs (lock_timeout)',
  idle_in_transaction_session_timeout: 'idleInTransactionTimeoutMs (idle_in_transaction_session_timeout)',
  query_timeout: 'queryTimeoutMs',
  connectionTimeoutMillis: 'connectTimeoutMs (connect_timeout, in seconds)',
  ssl: 'sslmode with sslrootcert, sslcert and sslkey, or tls for what else tls.connect() takes',
  sslmode: 'sslmode (sslmode)',
  keepAlive: 'keepAliveDelayMs (keepalives_idle)',
  options: "options (options), or session: { name: 'value' }",
  clientMinMessages: "session: { client_min_messages: 'warning' }",
  client_encoding: 'nowhere, it is always UTF-8',
  prependSearchPath: 'session: { search_path } for all, or Model.schema() for a model',
  binary: 'nowhere, values come as text',
  stream: 'nowhere, sockets are opened by the cluster; mapAddress replaces addresses',
}

/**
 * What SET outside of a transaction would do to everybody: the connection is lent for this statement, and the next to get it would have the setting.
 */
export function leakedSetting(): OptionError {
  return new OptionError(
    'SET',
    "outside of a transaction it would stay on a connection that everybody shares; for all connections, it is said in the options of new Cluster() (session: { name: 'value' }, or onConnect), and for one transaction, by SET LOCAL in it",
  )
}

/** Whether a text has a statement that changes its session beyond its transaction: SET, RESET or USE. */
export function changesSession(text: string): boolean {
  if (!mayChangeSession.test(text)) return false
  const tokens = tokensOf(text)
  return tokens.some((_, at) => (at === 0 || isSymbol(text, tokens[at - 1], ';')) && isSetting(text, tokens, at))
}

/** A statement begins where its line or the text does, or behind another or a comment. It never goes back, however long a text of values is. */
const mayChangeSession = /(?:^|[;\n]|\*\/)[^\S\n]*(?:SET|RESET|USE)\b/i

function isSetting(text: string, tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1]
  if (isWord(text, tokens[at], 'SET'))
    return !['LOCAL', 'TRANSACTION', 'CONSTRAINTS', 'CLUSTER'].some(word => isWord(text, next, word))
  if (isWord(text, tokens[at], 'RESET')) return !isWord(text, next, 'CLUSTER')
  return isWord(text, tokens[at], 'USE')
}
