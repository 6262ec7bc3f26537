/**
 * Every error of the tool itself, by its stable code. `{name}` stands for a detail. Errors of SQL statements are
 * CockroachDB's own, with an SQLSTATE, and live in `errors/`.
 */
export const devClusterErrors = {
  CERCI_ENGINE_MISSING:
    'The embedded PostgreSQL for this platform is not installed: {package} was not found. Run `npm install` without --omit=optional and without --no-optional.',
  CERCI_ENGINE_UNSUPPORTED:
    'There is no embedded PostgreSQL for {platform}. Use Linux with glibc (x64, arm64, arm, ia32, ppc64) or macOS; on Windows, use WSL 2.',
  CERCI_ENGINE_LIBC:
    'The embedded PostgreSQL needs glibc, and {loader} is not on this machine (musl, as on Alpine?). Use a glibc image, such as node:22-slim.',
  CERCI_ENGINE_USER:
    'PostgreSQL does not run as root, and no unprivileged user was found in /etc/passwd. Add one (`useradd nobody`) or run as an ordinary user.',
  CERCI_ENGINE_NAMELESS:
    'PostgreSQL needs its user to have a name, and user id {uid} has none on this machine. Add a line for it to /etc/passwd, or run as another user.',
  CERCI_ENGINE_START: 'The embedded PostgreSQL did not start ({reason}). Its last words: {log}',
  CERCI_ENGINE_GONE: 'The embedded PostgreSQL ended unexpectedly ({reason}). Its last words: {log}',
  CERCI_ENGINE_CLOSED: 'The embedded PostgreSQL has been stopped.',
  CERCI_ENGINE_PROTOCOL: 'The embedded PostgreSQL answered what was not expected: {message}. Please report this.',
  CERCI_TEMPLATE_BUILD: 'The template of the embedded PostgreSQL could not be built in {folder}: {reason}',
  CERCI_CACHE_UNUSABLE:
    'The cache folder {folder} cannot be used: {reason}. Set CERCI_CACHE_DIR to a folder that only you can write to.',
  CERCI_FOLDER_UNREACHABLE:
    '{folder} cannot be entered by user {user}, as which PostgreSQL runs because it refuses to run as root: {ancestor} is closed to it. Choose another folder, or run `chmod o+x {ancestor}`.',
  CERCI_STORE_UNUSABLE: 'The folder {folder} cannot be used as a store: {reason}. Choose another.',
  CERCI_STORE_FOREIGN:
    '{folder} is not empty and is not a store of cerci. Choose an empty folder or one that `--store` made.',
  CERCI_STORE_VERSION:
    'The store {folder} was made by another version of cerci ({found}, this one writes {expected}). Use the version that made it, or another folder.',
  CERCI_STORE_DAMAGED: '{file} is damaged. Remove it to go on with default cluster settings.',
  CERCI_STORE_IN_USE:
    'The store {folder} is in use by another dev cluster. Stop that one first, or choose another folder.',
  CERCI_NODES_INVALID: '{nodes} is no number of nodes: use a whole number from 1 to {max}.',
  CERCI_NODE_UNKNOWN: 'There is no node {id}. The nodes are {ids}.',
  CERCI_NODE_STATE: 'Node {id} is {state}, so it cannot {action}. {next}',
  CERCI_NODE_INVALID: 'The node cannot be added: {reason}.',
  CERCI_DECOMMISSION_BLOCKED:
    'Node {id} cannot be decommissioned, because the other nodes cannot take its replicas: {reason}. Add a node first.',
  CERCI_REGION_UNKNOWN: "No node is in region '{region}'. The regions are {regions}.",
  CERCI_LATENCY_INVALID: 'The latencies cannot be used: {reason}.',
  CERCI_OPTION_UNKNOWN: "There is no option '{option}'. The options are {options}.",
  CERCI_IMAGE_UNUSED: 'image (--image) has a meaning only with the engine docker (--engine docker).',
  CERCI_REGIONS_INVALID: 'The regions cannot be used: {reason}.',
  CERCI_HISTORY_INVALID:
    'historyWindowMs is {windowMs}: use the milliseconds that reads may go back, 1 or more, or none.',
  CERCI_PORT_INVALID:
    '{option}: {port} cannot be used as a port{because}. Use a whole number from 1 to {last}, or 0 for any free port.',
  CERCI_PORT_IN_USE:
    'Port {port} on {host}, wanted for {what}, is in use. Stop what uses it, or choose another with {option}; 0 takes any free port.',
  CERCI_LISTEN_FAILED: 'Cannot listen on {host} port {port} for {what}: {reason}. Choose another with {option}.',
  CERCI_HOST_NOT_LOOPBACK:
    'Without `secure` (--secure) everybody is root, so the dev cluster listens on this machine only, and {host} is not a loopback address. Use 127.0.0.1 or ::1, or --secure.',
  CERCI_FAULT_INVALID: 'The fault cannot be used: {field}: {reason}.',
  CERCI_FAULT_UNKNOWN: "There is no fault rule '{id}'.",
  CERCI_ADMIN_FORBIDDEN:
    "The admin API serves this machine only, and not other sites' web pages: {header} is '{value}'. Use its own address.",
  CERCI_ENGINE_INVALID: "There is no engine '{engine}': use embedded, cockroach or docker.",
  CERCI_ENGINE_CANNOT:
    'This engine cannot {action}: docs/engines.md says what each can. The embedded engine (--engine embedded) can do everything.',
  CERCI_COMMAND_MISSING:
    '`{program}` was not found on PATH. Install it, or use the embedded engine (--engine embedded).',
  CERCI_COMMAND_FAILED: '`{command}` failed: {reason}',
  CERCI_NODE_UNREADY:
    'Node {id} does not take clients: {reason}. Its log (onLog; standard error of `cerci dev`) says more.',
  CERCI_CERTS_UNUSABLE:
    'The certificates in {folder} cannot be used: {reason}. Choose another folder (--certs-dir), or remove this one to have new ones made.',
  CERCI_CERTS_USER:
    "'{user}' is no name of a SQL user to make a certificate for: use lower-case letters, digits, '_', '.' and '-'.",
  CERCI_CERTS_INSECURE: 'certsDir (--certs-dir) has a meaning only with secure (--secure).',
  CERCI_ADMIN_CERTIFICATE:
    "The admin API of a secure cluster serves who shows root's certificate: client.root.crt and client.root.key of its certificates folder (--certs-dir).",
  CERCI_ADMIN_BODY: 'The body of the request cannot be used: it is {reason}.',
  CERCI_ADMIN_NOT_FOUND: 'The admin API has no {path}.',
  CERCI_ADMIN_METHOD: 'The admin API has no {method} {path}; it has {methods}.',
  CERCI_ADMIN_FAILED: 'The admin API failed: {reason}',
  CERCI_TEMPLATE_UNKNOWN: 'There is no database {template} to copy. Create it first.',
  CERCI_TEMPLATE_BUSY:
    'The database {template} cannot be copied while clients are connected to it. Close their connections first.',
  CERCI_DATABASE_UNKNOWN: 'There is no database {name} that createDatabase() made, or it has been dropped.',
  CERCI_TEST_CLUSTER_MISSING:
    'No cluster was set up for this run of tests. Name the set-up helper of your test runner in its configuration: see docs/testing.md.',
  CERCI_TEST_CLUSTER_START: 'The cluster for the tests did not start: {reason}',
  CERCI_TEST_CLUSTER_REFUSED: 'The cluster for the tests answered {code}: {message}',
  CERCI_TEST_DRIVER:
    '{variable} names a cluster for the tests, and reaching it needs the driver pg, which is not installed: run `npm install pg`.',
  CERCI_CLUSTER_STOPPED: 'The dev cluster has been stopped.',
} as const

export type DevClusterErrorCode = keyof typeof devClusterErrors

/** An error of the dev cluster as a tool. Recognise it by `code`; the message says what to do next. */
export class DevClusterError extends Error {
  readonly code: DevClusterErrorCode

  constructor(code: DevClusterErrorCode, details: Readonly<Record<string, string | number>> = {}, cause?: unknown) {
    super(
      devClusterErrors[code].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(details[name] ?? whole)),
      cause === undefined ? undefined : { cause },
    )
    this.code = code
  }

  static {
    this.prototype.name = 'DevClusterError'
  }
}
