/** This side has nothing to log in with. No node is to blame, so that none is given up for it. */
export class LoginError extends Error {
  override readonly name = 'LoginError'
}

type Password = string | (() => string | Promise<string>)

/** The password for node-postgres. What a function fails with, or gives instead of a text, is told as such. */
export function passwordFor(password: Password | undefined): Password | undefined {
  if (typeof password !== 'function') return password
  return async () => {
    let given: unknown
    try {
      given = await password()
    } catch (error) {
      throw new LoginError(`The password function failed: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      })
    }
    if (typeof given !== 'string') throw new LoginError(`The password function gave a ${typeof given}, not a string`)
    return given
  }
}
