import type { Cluster } from 'cerci'
import type { NewUser, User, UserChanges } from '../entities/user.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { cutPage, type Page, type PageRequest } from '../paging/page.js'
import { timeCursor, timePosition } from '../paging/time-position.js'
import {
  findUser,
  insertUser,
  listUsers,
  searchUsers,
  softDeleteUser,
  updateUser,
} from '../repositories/user-repository.js'

export class UserService {
  readonly #cluster: Cluster

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Throws `email-taken`. */
  create(user: NewUser): Promise<User> {
    return insertUser(this.#cluster, { ...user, email: canonicalEmail(user.email) })
  }

  /** Throws `user-not-found`. */
  async get(id: string): Promise<User> {
    return (await findUser(this.#cluster, id)) ?? notFound(id)
  }

  /** Newest first; with `search`, those whose name or e-mail address contains it. Throws `invalid-cursor`. */
  async list(page: PageRequest, search?: string): Promise<Page<User>> {
    const after = timePosition(page.cursor)
    const rows =
      search === undefined
        ? await listUsers(this.#cluster, after, page.limit + 1)
        : await searchUsers(this.#cluster, search, after, page.limit + 1)
    return cutPage(rows, page.limit, timeCursor)
  }

  /** Throws `user-not-found`, `version-conflict`, `email-taken`. */
  async update(id: string, version: number, changes: UserChanges): Promise<User> {
    const canonical = changes.email === undefined ? changes : { ...changes, email: canonicalEmail(changes.email) }
    const updated = await updateUser(this.#cluster, id, version, canonical)
    if (updated !== undefined) return updated
    const current = await this.get(id)
    throw new StorefrontError('version-conflict', {
      detail: `The user has version ${current.version}, not ${version}.`,
    })
  }

  /** The user's orders and accounts stay. Throws `user-not-found`. */
  async delete(id: string): Promise<void> {
    if (!(await softDeleteUser(this.#cluster, id))) notFound(id)
  }
}

function canonicalEmail(email: string): string {
  return email.toLowerCase()
}

function notFound(id: string): never {
  throw new StorefrontError('user-not-found', { detail: `There is no user ${id}.` })
}
