import type { Cluster } from 'cerci'
import type { Account, StatementEntry } from '../entities/account.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { cutPage, type Page, type PageRequest } from '../paging/page.js'
import { timeCursor, timePosition } from '../paging/time-position.js'
import { findAccount, insertAccount, listAccounts, listStatement } from '../repositories/account-repository.js'

export class AccountService {
  readonly #cluster: Cluster

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Throws `user-not-found`. */
  async open(userId: string, openingBalance: string): Promise<Account> {
    const account = await insertAccount(this.#cluster, userId, openingBalance)
    if (account === undefined) throw new StorefrontError('user-not-found', { detail: `There is no user ${userId}.` })
    return account
  }

  /** Throws `account-not-found`. */
  async get(id: string): Promise<Account> {
    const account = await findAccount(this.#cluster, id)
    if (account === undefined) throw new StorefrontError('account-not-found', { detail: `There is no account ${id}.` })
    return account
  }

  /** Newest first. Throws `invalid-cursor`. */
  async list(userId: string, page: PageRequest): Promise<Page<Account>> {
    const rows = await listAccounts(this.#cluster, userId, timePosition(page.cursor), page.limit + 1)
    return cutPage(rows, page.limit, timeCursor)
  }

  /** What went in and out, newest first. Throws `account-not-found`, `invalid-cursor`. */
  async statement(id: string, page: PageRequest): Promise<Page<StatementEntry>> {
    const after = timePosition(page.cursor)
    await this.get(id)
    const rows = await listStatement(this.#cluster, id, after, page.limit + 1)
    return cutPage(rows, page.limit, timeCursor)
  }
}
