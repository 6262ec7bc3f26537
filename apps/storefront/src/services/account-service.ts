import { type Cluster, Decimal } from 'cerci'
import type { Account, StatementEntry } from '../entities/account.js'
import type { Scope } from '../entities/scope.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { cutPage, type Page, type PageRequest } from '../paging/page.js'
import { timeCursor, timePosition } from '../paging/time-position.js'
import { findAccount, insertAccount, listAccounts, listStatement } from '../repositories/account-repository.js'
import { type Created, createOnce } from './create-once.js'
import { readList } from './read-list.js'

export interface NewAccount {
  readonly openingBalance: string
  /** Whether an opening balance is allowed. */
  readonly mayCreateMoney: boolean
  readonly idempotencyKey: string | undefined
}

export class AccountService {
  readonly #cluster: Cluster

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Once for each key. Throws `user-not-found`, `forbidden`, `idempotency-key-reused`. */
  async open(
    userId: string,
    { openingBalance, mayCreateMoney, idempotencyKey }: NewAccount,
  ): Promise<Created<Account>> {
    const balance = Decimal.parse(openingBalance).round(2).toString()
    if (!mayCreateMoney && balance !== '0.00')
      throw new StorefrontError('forbidden', { detail: 'Only an administrator may open an account with money on it.' })
    return createOnce(this.#cluster, {
      userId,
      kind: 'account',
      idempotencyKey,
      request: [balance],
      insert: (db, id) => insertAccount(db, userId, id, balance),
      asCreated: creation => ({ id: creation.id, userId, balance, createdAt: creation.createdAt }),
    })
  }

  /** Throws `account-not-found`, also for an account of somebody else. */
  async get(id: string, scope: Scope): Promise<Account> {
    const account = await findAccount(this.#cluster, id, scope)
    if (account === undefined) throw new StorefrontError('account-not-found', { detail: `There is no account ${id}.` })
    return account
  }

  /** Newest first. Throws `invalid-cursor`. */
  async list(userId: string, page: PageRequest): Promise<Page<Account>> {
    const after = timePosition(page.cursor)
    const rows = await readList(this.#cluster, page, db => listAccounts(db, userId, after, page.limit + 1))
    return cutPage(rows, page.limit, timeCursor)
  }

  /** What went in and out, newest first. Throws `account-not-found`, `invalid-cursor`. */
  async statement(id: string, scope: Scope, page: PageRequest): Promise<Page<StatementEntry>> {
    const after = timePosition(page.cursor)
    await this.get(id, scope)
    const rows = await readList(this.#cluster, page, db => listStatement(db, id, after, page.limit + 1))
    return cutPage(rows, page.limit, timeCursor)
  }
}
