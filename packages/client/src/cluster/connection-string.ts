import { OptionError } from '../errors/option-error.js'

/** A connection string taken apart: names decoded, nothing interpreted. */
export interface ConnectionString {
  readonly user: string | undefined
  readonly password: string | undefined
  /** Hosts in order; a port is undefined where none was given. */
  readonly hosts: readonly { readonly host: string; readonly port: number | undefined }[]
  readonly database: string | undefined
  readonly parameters: ReadonlyMap<string, string>
}

/**
 * Parses `scheme://user:password@host1:port1,[::1]:port2/database?parameter=value`.
 * An URL parser cannot be used: it allows one host only. No part of the text is ever repeated in an error, since it may be a password.
 *
 * @throws OptionError `CERCI_INVALID_OPTION`
 * @example
 * parseConnectionString('cockroachdb://app@a:26257,b:26258/bank?sslmode=disable').hosts
 * // [{ host: 'a', port: 26257 }, { host: 'b', port: 26258 }]
 */
export function parseConnectionString(text: string): ConnectionString {
  const scheme = /^([a-z]+):\/\//i.exec(text)
  if (scheme === null || !schemes.includes(scheme[1]?.toLowerCase() ?? '')) {
    throw new OptionError('connectionString', `it must begin with ${schemes.map(name => `${name}://`).join(', ')}`)
  }
  const body = text.slice(scheme[0].length)
  const question = body.indexOf('?')
  const main = question === -1 ? body : body.slice(0, question)
  const { login, place } = splitLogin(main)
  const slash = place.indexOf('/')
  const parameters = parseParameters(question === -1 ? '' : body.slice(question + 1))
  const colon = login?.indexOf(':') ?? -1
  return {
    user:
      login === undefined ? undefined : blankToUndefined(decode(colon === -1 ? login : login.slice(0, colon), 'user')),
    password: login === undefined || colon === -1 ? undefined : decode(login.slice(colon + 1), 'password'),
    hosts: parseHosts(slash === -1 ? place : place.slice(0, slash), 'connectionString'),
    database: slash === -1 ? undefined : blankToUndefined(decode(place.slice(slash + 1), 'database')),
    parameters,
  }
}

/** Parses `host1:port1,[::1]:port2,host3`. Hosts are percent-decoded, so that `%2Ftmp` is the folder of a Unix socket. */
export function parseHosts(text: string, option: string): { host: string; port: number | undefined }[] {
  if (text === '') return []
  const parts = text.split(',').map(part => part.trim())
  if (parts.length > 1 && parts.includes('')) throw new OptionError(option, 'there is a comma without a host')
  return parts.map(part => parseHost(part, option))
}

/** Parses a port; what is not one is an error that names the option. */
export function parsePort(text: string, option: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new OptionError(option, 'a port must be a number from 1 to 65535')
  return port
}

const schemes = ['postgresql', 'postgres', 'cockroachdb', 'cockroach']

/** The login ends at the last `@` before the database; a `/` in a password that was not encoded is forgiven. */
function splitLogin(main: string): { login: string | undefined; place: string } {
  const slash = main.indexOf('/')
  const strict = main.lastIndexOf('@', slash === -1 ? main.length : slash)
  const at = strict === -1 ? main.lastIndexOf('@') : strict
  return at === -1 ? { login: undefined, place: main } : { login: main.slice(0, at), place: main.slice(at + 1) }
}

function parseHost(part: string, option: string): { host: string; port: number | undefined } {
  const bracket = /^\[([^\]]*)\](?::(.*))?$/.exec(part)
  if (bracket !== null) return withPort(bracket[1] ?? '', bracket[2], option)
  const colon = part.lastIndexOf(':')
  if (colon !== -1 && part.indexOf(':') !== colon) {
    throw new OptionError(option, 'an IPv6 address must stand in brackets: [::1]:26257')
  }
  return colon === -1
    ? withPort(part, undefined, option)
    : withPort(part.slice(0, colon), part.slice(colon + 1), option)
}

function withPort(host: string, port: string | undefined, option: string): { host: string; port: number | undefined } {
  const name = decode(host, 'host')
  return {
    host: name === '' ? 'localhost' : name,
    port: port === undefined || port === '' ? undefined : parsePort(port, option),
  }
}

function parseParameters(query: string): Map<string, string> {
  const parameters = new Map<string, string>()
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals === -1 ? pair : pair.slice(0, equals), 'parameter')
    parameters.set(name, equals === -1 ? '' : decode(pair.slice(equals + 1), name))
  }
  return parameters
}

/** libpq decodes only percent signs; a plus stays a plus. */
function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new OptionError('connectionString', `the ${part} is not percent-encoded correctly; write % as %25`)
  }
}

function blankToUndefined(text: string): string | undefined {
  return text === '' ? undefined : text
}
