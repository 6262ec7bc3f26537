import type { ConnectionOptions } from 'node:tls'
import type pg from 'pg'
import type { TransactionOptions } from '../transaction/transaction.js'

/** libpq's names and meanings. https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION */
export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full'

/** One node or load balancer. */
export interface HostOptions {
  /** Name, IPv4 or IPv6 address (without brackets), or the folder of a Unix socket. */
  readonly host: string
  /** @default 26257 */
  readonly port?: number | undefined
  /** What the node would answer to `SHOW LOCALITY`, where it is known before connecting: `region=us-east-1,zone=us-east-1a`. */
  readonly locality?: string | undefined
}

/** An address a socket can be opened to. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** How names become nodes. */
export interface DnsOptions {
  /** Milliseconds between two resolutions of the host names. @default 30000 */
  readonly intervalMs?: number | undefined
  /** Take hosts and ports from SRV records: of the host itself when it begins with an underscore, else of `_postgresql._tcp.HOST`. @default false */
  readonly srv?: boolean | undefined
  /** All addresses of a name. @default Node's `dns.lookup` with `all` */
  readonly lookup?: ((host: string) => Promise<readonly string[]>) | undefined
  /** The SRV records of a name. @default Node's `dns.resolveSrv` */
  readonly lookupSrv?:
    | ((name: string) => Promise<readonly { readonly name: string; readonly port: number }[]>)
    | undefined
}

/** Everything about a cluster and its pool. What the connection string says as well is overridden by what is said here. */
export interface ClusterOptions {
  /** `postgresql://user:password@host1:26257,host2:26257/database?sslmode=verify-full`; `postgres`, `cockroachdb` and `cockroach` are the same. */
  readonly connectionString?: string | undefined
  /** Nodes, as `host`, `host:port`, `[ipv6]:port` or objects. @default those of the connection string, else `localhost:26257` */
  readonly hosts?: readonly (string | HostOptions)[] | undefined
  /** @default the connection string's, else as node-postgres: `PGUSER`, else the name of the system's user */
  readonly user?: string | undefined
  /** A function is asked before every new connection, so that tokens may expire. */
  readonly password?: string | (() => string | Promise<string>) | undefined
  /** @default 'defaultdb' */
  readonly database?: string | undefined
  /** Names the service in the DB Console and in `SHOW SESSIONS`. @default 'cerci' */
  readonly applicationName?: string | undefined
  /** Startup options as libpq takes them: `-c name=value`, `--cluster=funny-skunk-123`. */
  readonly options?: string | undefined
  /** Session variables of every connection. https://www.cockroachlabs.com/docs/v26.2/session-variables */
  readonly session?: Readonly<Record<string, string | number | boolean>> | undefined

  /** @default 'prefer', as in libpq */
  readonly sslmode?: SslMode | undefined
  /** CA certificates: PEM text, a file, or `system` for the ones Node trusts. */
  readonly sslrootcert?: string | undefined
  /** Client certificate: PEM text or a file. */
  readonly sslcert?: string | undefined
  /** Client key: PEM text or a file. */
  readonly sslkey?: string | undefined
  /** Passphrase of the client key. */
  readonly sslpassword?: string | undefined
  /** Anything else `tls.connect` takes; wins over what `sslmode` implies. */
  readonly tls?: ConnectionOptions | undefined

  /**
   * Where this process runs: `region=us-east-1,zone=us-east-1a`. Nodes that share all tiers are used first, then those that share the leading tiers,
   * then the rest. A list ranks: its later entries come after all of an earlier one.
   * @default every node is as near as any other
   */
  readonly locality?: string | readonly string[] | undefined
  /** Replaces the address to connect to (NAT, port forwarding). The name that TLS verifies stays. */
  readonly mapAddress?: ((address: Address) => Address) | undefined
  readonly dns?: DnsOptions | undefined

  /** Connections at most, over all nodes. @default 10 (serverless: 1) */
  readonly max?: number | undefined
  /** Connections kept open however idle they are; opened by `warmUp()` or as needed. @default 0 */
  readonly min?: number | undefined
  /** Milliseconds for socket, TLS and login of one connection. @default 5000 */
  readonly connectTimeoutMs?: number | undefined
  /** Milliseconds a caller waits for a connection; then `CERCI_POOL_TIMEOUT`. @default 15000 */
  readonly acquireTimeoutMs?: number | 'unlimited' | undefined
  /** Milliseconds after which an idle connection above `min` is closed. @default 300000 (serverless: 10000) */
  readonly idleTimeoutMs?: number | 'unlimited' | undefined
  /** Milliseconds after which a connection is replaced, less a random part of up to a fifth. https://www.cockroachlabs.com/docs/v26.2/connection-pooling @default 300000 */
  readonly maxLifetimeMs?: number | 'unlimited' | undefined
  /** Milliseconds of idleness after which a connection must answer before it is used again. @default 30000 */
  readonly validateAfterIdleMs?: number | 'unlimited' | undefined
  /** Milliseconds a busy connection may be silent before its node is probed; if the probe fails as well, the node counts as lost. @default 5000 */
  readonly probeSilentAfterMs?: number | 'unlimited' | undefined
  /** Milliseconds until the first TCP keepalive packet on a silent connection. @default 10000 */
  readonly keepAliveDelayMs?: number | undefined
  /** `statement_timeout` of every session. @default the server's */
  readonly statementTimeoutMs?: number | undefined
  /** `idle_in_transaction_session_timeout` of every session. @default the server's */
  readonly idleInTransactionTimeoutMs?: number | undefined
  /** `lock_timeout` of every session. @default the server's */
  readonly lockTimeoutMs?: number | undefined
  /** Default of `timeoutMs` of a query; those of migrations have their own, see `MigrationOptions`. @default 'unlimited' */
  readonly queryTimeoutMs?: number | 'unlimited' | undefined
  /** Let the process end while connections are idle. @default false (serverless: true) */
  readonly allowExitOnIdle?: boolean | undefined
  /** `serverless`: one connection, nothing that holds the process. @default 'server' */
  readonly preset?: 'server' | 'serverless' | undefined
  /** Runs on every new connection before anybody gets it; if it throws, the connection is closed. */
  readonly onConnect?: ((client: pg.Client) => void | Promise<void>) | undefined

  /** Run statements as named prepared statements. Off behind a PgBouncer that pools transactions. @default true */
  readonly preparedStatements?: boolean | undefined
  /**
   * When all connections are busy, send lone statements behind other quick ones, without waiting for their answers. Off without prepared statements.
   * @default true
   */
  readonly pipelining?: boolean | undefined
  /** Prepared statements kept per connection. @default 200 */
  readonly statementCacheSize?: number | undefined
  /** Parsers of column values, for this pool only. @default node-postgres' */
  readonly types?: pg.CustomTypesConfig | undefined
  /** Defaults of `transaction()`, and the attempts and time of a lone `query()`. */
  readonly transaction?: TransactionOptions | undefined
}
