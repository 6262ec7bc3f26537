/**
 * What a server said instead of answering the request for TLS: older CockroachDB versions announce a drain that early.
 * The text came unencrypted, so only the SQLSTATE in it is believed.
 */
export class StartupRefusedError extends Error {
  override readonly name = 'StartupRefusedError'
  readonly code: string | undefined

  /** @param message The ErrorResponse. https://www.postgresql.org/docs/current/protocol-error-fields.html */
  constructor(message: Buffer) {
    const code = fieldOf(message, 'C')
    super(`The server refused the connection before TLS${code === undefined ? '' : ` (${code})`}`)
    this.code = code
  }
}

function fieldOf(message: Buffer, letter: string): string | undefined {
  const fields = message.subarray(5).toString('latin1').split('\0')
  const field = fields.find(text => text.startsWith(letter))
  return field?.slice(1)
}
