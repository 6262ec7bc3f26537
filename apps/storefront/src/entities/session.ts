export const roles = ['user', 'admin'] as const

export type Role = (typeof roles)[number]

/** Who sends a request, as an access token says. */
export interface Session {
  readonly userId: string
  readonly role: Role
}

/** What signing in gives. */
export interface Tokens {
  /** Sent as `Authorization: Bearer …` with every request. */
  readonly accessToken: string
  /** Seconds until the access token is no longer valid. */
  readonly expiresInSeconds: number
  /** Good for one exchange against new tokens; keep it secret. */
  readonly refreshToken: string
}
