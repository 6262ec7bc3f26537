import { randomUUID } from 'node:crypto'
import type { Cluster } from 'cerci'
import type { PasswordHasher } from '../authentication/password-hasher.js'
import type { NewUser, Registration, User, UserChanges, UserOverview } from '../entities/user.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { cutPage, type Page, type PageRequest } from '../paging/page.js'
import { timeCursor, timePosition } from '../paging/time-position.js'
import { findCredentialByEmail, upsertCredential } from '../repositories/credential-repository.js'
import { createOverviewLookup } from '../repositories/overview-repository.js'
import { deleteTokensOfUser } from '../repositories/refresh-token-repository.js'
import { findUser, insertUser, listUsers, searchUsers, setRole, updateUser } from '../repositories/user-repository.js'
import { changeVersion } from './change-version.js'
import { clientNetwork } from './client-network.js'
import type { RateLimit, RateLimiter } from './rate-limiter.js'
import { readList } from './read-list.js'
import { userNotFound } from './user-not-found.js'

const registrationsPerAddress: RateLimit = { name: 'register-address', uses: 1000, windowSeconds: 3600 }

export interface UserServiceOptions {
  readonly cluster: Cluster
  readonly passwords: PasswordHasher
  readonly limiter: RateLimiter
}

export class UserService {
  readonly #cluster: Cluster
  readonly #passwords: PasswordHasher
  readonly #limiter: RateLimiter
  readonly #lookupOverview: (id: string) => Promise<UserOverview | undefined>

  constructor({ cluster, passwords, limiter }: UserServiceOptions) {
    this.#cluster = cluster
    this.#lookupOverview = createOverviewLookup(cluster)
    this.#passwords = passwords
    this.#limiter = limiter
  }

  /** `address`: the client's network address. Throws `email-taken`, `too-many-requests`. */
  async register({ email, name, password }: Registration, address: string): Promise<User> {
    await this.#limiter.use(registrationsPerAddress, clientNetwork(address))
    return this.#create({ email: canonicalEmail(email), name, role: 'user' }, password)
  }

  /** Makes sure that there is an administrator with this address and password. Who had the account before has it no longer. */
  async ensureAdministrator(email: string, password: string): Promise<User> {
    const account = canonicalEmail(email)
    const known = await findCredentialByEmail(this.#cluster, account)
    if (known === undefined) return this.#create({ email: account, name: 'Administrator', role: 'admin' }, password)
    if (known.role === 'admin' && (await this.#passwords.verify(known.passwordHash, password)))
      return this.get(known.userId)
    const passwordHash = await this.#passwords.hash(password)
    await this.#cluster.transaction(async tx => {
      await upsertCredential(tx, known.userId, passwordHash)
      await setRole(tx, known.userId, 'admin')
      await deleteTokensOfUser(tx, known.userId)
    })
    return this.get(known.userId)
  }

  /** Throws `user-not-found`. */
  async get(id: string): Promise<User> {
    return (await findUser(this.#cluster, id)) ?? userNotFound(id)
  }

  /** Newest first; with `search`, those whose name or e-mail address contains it. Throws `invalid-cursor`. */
  async list(page: PageRequest, search?: string): Promise<Page<User>> {
    const after = timePosition(page.cursor)
    const rows = await readList(this.#cluster, page, db =>
      search === undefined ? listUsers(db, after, page.limit + 1) : searchUsers(db, search, after, page.limit + 1),
    )
    return cutPage(rows, page.limit, timeCursor)
  }

  /** Throws `user-not-found`, `version-conflict`, `email-taken`. */
  async update(id: string, version: number, changes: UserChanges): Promise<User> {
    const canonical = changes.email === undefined ? changes : { ...changes, email: canonicalEmail(changes.email) }
    const updated = await changeVersion(this.#cluster, {
      version,
      changes: canonical,
      find: db => findUser(db, id),
      update: db => updateUser(db, id, version, canonical),
    })
    if (updated !== undefined) return updated
    const current = await this.get(id)
    throw new StorefrontError('version-conflict', {
      detail: `The user has version ${current.version}, not ${version}.`,
    })
  }

  /** Throws `user-not-found`. */
  async overview(id: string): Promise<UserOverview> {
    return (await this.#lookupOverview(id)) ?? userNotFound(id)
  }

  async #create(user: NewUser, password: string): Promise<User> {
    const passwordHash = await this.#passwords.hash(password)
    const id = randomUUID()
    return this.#cluster.transaction(
      async tx => {
        const created = await insertUser(tx, id, user)
        await upsertCredential(tx, id, passwordHash)
        return created
      },
      { verify: async db => (await findUser(db, id)) !== undefined },
    )
  }
}

function canonicalEmail(email: string): string {
  return email.toLowerCase()
}
