import { type AdminResponse, requestJson } from './admin-request.js'
import { CliError, type CliErrorCode } from './cli-error.js'
import type { Flags } from './flags.js'

const DEFAULT_URL = 'http://127.0.0.1:8080'

/** Asks a dev cluster's admin API. */
export class AdminClient {
  readonly #url: string
  readonly #certsDir: string | undefined

  /** @throws {CliError} `CERCI_CLI_ADMIN_URL` */
  constructor(flags: Flags) {
    const given = flags.text('admin') ?? process.env.CERCI_ADMIN_URL ?? DEFAULT_URL
    if (!URL.canParse(given) || !['http:', 'https:'].includes(new URL(given).protocol))
      throw new CliError('CERCI_CLI_ADMIN_URL', { url: given })
    this.#certsDir = flags.text('certs-dir') ?? process.env.CERCI_CERTS_DIR
    this.#url = given.replace(/\/+$/, '')
  }

  /** @throws {CliError} `CERCI_CLI_UNREACHABLE`, `CERCI_CLI_STRANGER`, `CERCI_CLI_REFUSED` with the API's own words */
  async ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Answer> {
    const { status, json } = await this.#send(method, path, body)
    const answer = new Answer(json, this.#url)
    if (status < 300) return answer
    throw new CliError('CERCI_CLI_REFUSED', { message: answer.object('error').text('message') })
  }

  async #send(method: string, path: string, body: unknown): Promise<AdminResponse> {
    try {
      const text = body === undefined ? '' : JSON.stringify(body)
      return await requestJson(`${this.#url}${path}`, { method, text, certsDir: this.#certsDir })
    } catch (cause) {
      const reason = reasonOf(cause)
      throw new CliError(codeOf(reason), { url: this.#url, reason }, cause)
    }
  }
}

/** What the system's word for a failed request means to the user. */
function codeOf(reason: string): CliErrorCode {
  if (reason.includes('CERT') || reason.startsWith('UNABLE_TO_')) return 'CERCI_CLI_AUTHORITY'
  if (['ECONNRESET', 'EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'].includes(reason) || reason.startsWith('HPE_'))
    return 'CERCI_CLI_SCHEME'
  if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(reason)) return 'CERCI_CLI_CERTS'
  return 'CERCI_CLI_UNREACHABLE'
}

/** A part of an answer, read field by field; what does not fit did not come from a dev cluster. */
export class Answer {
  readonly value: unknown
  readonly #url: string

  constructor(value: unknown, url: string) {
    this.value = value
    this.#url = url
  }

  object(name: string): Answer {
    return new Answer(this.#field(name), this.#url)
  }

  list(name: string): Answer[] {
    const value = this.#field(name)
    if (!Array.isArray(value)) throw this.#stranger()
    return value.map((item: unknown) => new Answer(item, this.#url))
  }

  /** A text, a number or a truth value, as text. */
  text(name: string): string {
    const value = this.#field(name)
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
    throw this.#stranger()
  }

  /** The names and values of an object. */
  entries(): [string, unknown][] {
    if (typeof this.value !== 'object' || this.value === null) throw this.#stranger()
    return Object.entries(this.value)
  }

  #field(name: string): unknown {
    return new Map<string, unknown>(this.entries()).get(name)
  }

  #stranger(): CliError {
    return new CliError('CERCI_CLI_STRANGER', { url: this.#url })
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return cause instanceof Error ? cause.message : String(cause)
}
