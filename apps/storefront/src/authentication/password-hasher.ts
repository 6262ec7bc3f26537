import { hash, verify } from '@node-rs/argon2'

export interface PasswordHasherOptions {
  /** KiB of memory for one hash. @default 19456, as https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html asks for */
  readonly memoryKib?: number
  /** Passes over the memory. @default 2 */
  readonly passes?: number
}

/** Hashes passwords with argon2id, off the event loop. */
export class PasswordHasher {
  readonly #options: { readonly memoryCost: number; readonly timeCost: number }
  #decoy: Promise<string> | undefined

  constructor({ memoryKib = 19_456, passes = 2 }: PasswordHasherOptions = {}) {
    this.#options = { memoryCost: memoryKib, timeCost: passes }
  }

  hash(password: string): Promise<string> {
    return hash(password, this.#options)
  }

  /** Without a hash, takes as long as with one and says no: the time of an answer must not tell whether there is such a user. */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    this.#decoy ??= this.hash('nobody has this password')
    const matches = await verify(passwordHash ?? (await this.#decoy), password)
    return matches && passwordHash !== undefined
  }
}
