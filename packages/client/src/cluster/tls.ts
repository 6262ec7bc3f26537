import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, createSecureContext, rootCertificates } from 'node:tls'
import { OptionError, oneOf } from '../errors/option-error.js'
import type { ClusterOptions, SslMode } from './options.js'
import { withDefaults } from './with-defaults.js'

export const sslModes: readonly SslMode[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']

/** How connections are encrypted. */
export interface TlsPolicy {
  readonly mode: SslMode
  /** `direct` begins with the TLS handshake instead of asking for it, as PostgreSQL 17 allows. */
  readonly negotiation: 'postgres' | 'direct'
  /** For `tls.connect`, without the servername, which differs by node. */
  readonly options: ConnectionOptions
}

/** Makes the policy of `sslmode` and its companions, with libpq's meanings; reads the files that they name. */
export function createTlsPolicy(options: ClusterOptions, negotiation: 'postgres' | 'direct'): TlsPolicy {
  const mode = effectiveMode(options)
  if (negotiation === 'direct' && !(mode === 'require' || mode === 'verify-ca' || mode === 'verify-full')) {
    throw new OptionError('sslnegotiation', '"direct" needs sslmode require, verify-ca or verify-full')
  }
  if (mode === 'disable') return { mode, negotiation, options: {} }
  return {
    mode,
    negotiation,
    options: withContext(
      withDefaults(
        {
          ...verification(mode, options.sslrootcert),
          ...certificate('cert', options.sslcert, 'sslcert'),
          ...certificate('key', options.sslkey, 'sslkey'),
          ...(options.sslpassword === undefined ? {} : { passphrase: options.sslpassword }),
        },
        options.tls ?? {},
      ),
    ),
  }
}

/** Reads certificates and key once, for all connections; what is wrong with them is known before the first one. */
function withContext(options: ConnectionOptions): ConnectionOptions {
  if (options.secureContext !== undefined) return options
  try {
    return { ...options, secureContext: createSecureContext(options) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const option = options.key !== undefined || options.cert !== undefined ? 'sslkey' : 'sslrootcert'
    throw new OptionError(option, `certificates, key and its password do not work together (${reason})`, error)
  }
}

/** `sslrootcert=system` implies verify-full and refuses less, and a root certificate turns `require` into `verify-ca`: both as libpq does. */
function effectiveMode(options: ClusterOptions): SslMode {
  if (options.sslmode !== undefined) oneOf(options.sslmode, 'sslmode', sslModes)
  if (options.sslrootcert === 'system') {
    if (options.sslmode !== undefined && options.sslmode !== 'verify-full') {
      throw new OptionError('sslmode', '"system" root certificates need sslmode verify-full, as in libpq')
    }
    return 'verify-full'
  }
  const mode = options.sslmode ?? 'prefer'
  return mode === 'require' && options.sslrootcert !== undefined ? 'verify-ca' : mode
}

function verification(mode: SslMode, rootCertificate: string | undefined): ConnectionOptions {
  if (mode !== 'verify-ca' && mode !== 'verify-full') return { rejectUnauthorized: false }
  return {
    rejectUnauthorized: true,
    ...authorities(rootCertificate),
    ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
  }
}

/** Without `sslrootcert`, what Node trusts, and `~/.postgresql/root.crt`, where CockroachDB Cloud's instructions put the cluster's CA. */
function authorities(rootCertificate: string | undefined): ConnectionOptions {
  if (rootCertificate === 'system') return {}
  if (rootCertificate !== undefined) return { ca: pem(rootCertificate, 'sslrootcert') }
  const home = join(homedir(), '.postgresql', 'root.crt')
  return existsSync(home) ? { ca: [...rootCertificates, readFileSync(home, 'utf8')] } : {}
}

function certificate(name: 'cert' | 'key', given: string | undefined, option: string): ConnectionOptions {
  return given === undefined || given === '' ? {} : { [name]: pem(given, option) }
}

/** PEM text as it is; anything else is the name of a file that holds it. */
function pem(given: string, option: string): string {
  if (given.includes('-----BEGIN ')) return given
  try {
    return readFileSync(given, 'utf8')
  } catch (error) {
    throw new OptionError(option, `the file ${given} cannot be read`, error)
  }
}
