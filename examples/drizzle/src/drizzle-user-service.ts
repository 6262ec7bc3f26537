import {
  type Credit,
  EmptyOrderError,
  InsufficientFundsError,
  LastPostError,
  likePattern,
  type NewTransfer,
  type NewUser,
  NotFoundError,
  type Order,
  type OrderItem,
  type Post,
  type PostPage,
  StaleVersionError,
  type User,
  type UserDetails,
  type UserService,
} from '@cerci/example-service'
import type { Cluster, OrmTransactions } from 'cerci'
import { withDrizzle } from 'cerci/drizzle'
import { and, asc, desc, eq, gte, ilike, inArray, isNull, or, sql } from 'drizzle-orm'
import type { Database, Transaction } from './database.js'
import { behind, encodePlace, place } from './place.js'
import { accounts, orders, posts, products, transfers, users } from './schema.js'
import { tryToTake } from './try-to-take.js'

/** The user service with Drizzle. */
export class DrizzleUserService implements UserService {
  readonly #db: Database
  readonly #cluster: OrmTransactions<Database, Transaction>

  constructor(cluster: Cluster, db: Database) {
    this.#db = db
    this.#cluster = withDrizzle(cluster, db)
  }

  async createUser({ email, name }: NewUser, openingBalance: string): Promise<UserDetails> {
    return await this.#cluster.transaction(async tx => {
      const user = one(await tx.insert(users).values({ email, name }).returning(userFields))
      const account = one(
        await tx.insert(accounts).values({ userId: user.id, balance: openingBalance }).returning(accountFields),
      )
      return { ...user, account, posts: [] }
    })
  }

  async findUser(id: string): Promise<UserDetails | undefined> {
    const [user] = await this.#db
      .select({ ...userFields, account: accountFields })
      .from(users)
      .innerJoin(accounts, eq(accounts.userId, users.id))
      .where(and(eq(users.id, id), isNull(users.deletedAt)))
    if (user === undefined) return undefined
    const theirs = await this.#db
      .select(postFields)
      .from(posts)
      .where(eq(posts.userId, id))
      .orderBy(...newest)
    return { ...user, posts: theirs }
  }

  async searchUsers(text: string): Promise<readonly User[]> {
    const pattern = likePattern(text)
    return await this.#db
      .select(userFields)
      .from(users)
      .where(and(isNull(users.deletedAt), or(ilike(users.name, pattern), ilike(users.email, pattern))))
      .orderBy(asc(users.name), asc(users.id))
      .limit(20)
  }

  async renameUser(id: string, name: string, version: number): Promise<User> {
    const [renamed] = await this.#db
      .update(users)
      .set({ name, version: sql`${users.version} + 1` })
      .where(and(eq(users.id, id), eq(users.version, version), isNull(users.deletedAt)))
      .returning(userFields)
    if (renamed !== undefined) return renamed
    const there = await this.#db.$count(users, and(eq(users.id, id), isNull(users.deletedAt)))
    throw there === 0 ? new NotFoundError(`There is no user ${id}.`) : new StaleVersionError(`User ${id} was changed.`)
  }

  async deleteUser(id: string): Promise<void> {
    const { rowCount } = await this.#db
      .update(users)
      .set({ deletedAt: sql`now()` })
      .where(and(eq(users.id, id), isNull(users.deletedAt)))
    if (rowCount === 0) throw new NotFoundError(`There is no user ${id}.`)
  }

  async addUsers(added: readonly NewUser[]): Promise<number> {
    const emails = sql.param(added.map(user => user.email))
    const names = sql.param(added.map(user => user.name))
    const { rowCount } = await this.#db.execute(
      sql`INSERT INTO ${users} (email, name) SELECT * FROM unnest(${emails}::STRING[], ${names}::STRING[])`,
    )
    return rowCount ?? 0
  }

  async transfer({ id, from, to, amount }: NewTransfer): Promise<void> {
    await this.#cluster.transaction(
      async tx => {
        await tx
          .select({ id: accounts.id })
          .from(accounts)
          .where(inArray(accounts.id, [from, to]))
          .orderBy(accounts.id)
          .for('update')
        const debit = await tx
          .update(accounts)
          .set({ balance: sql`${accounts.balance} - ${amount}` })
          .where(and(eq(accounts.id, from), gte(accounts.balance, amount)))
        if (debit.rowCount === 0) throw new InsufficientFundsError(`Account ${from} cannot pay ${amount}.`)
        const credit = await tx
          .update(accounts)
          .set({ balance: sql`${accounts.balance} + ${amount}` })
          .where(eq(accounts.id, to))
        if (credit.rowCount === 0) throw new NotFoundError(`There is no account ${to}.`)
        await tx.insert(transfers).values({ id, fromId: from, toId: to, amount })
      },
      { verify: async db => (await db.$count(transfers, eq(transfers.id, id))) === 1 },
    )
  }

  async creditAccounts(credits: readonly Credit[]): Promise<number> {
    const ids = sql.param(credits.map(credit => credit.accountId))
    const amounts = sql.param(credits.map(credit => credit.amount))
    const { rowCount } = await this.#db
      .update(accounts)
      .set({ balance: sql`${accounts.balance} + credit.amount` })
      .from(sql`unnest(${ids}::UUID[], ${amounts}::DECIMAL[]) AS credit (account_id, amount)`)
      .where(eq(accounts.id, sql`credit.account_id`))
    return rowCount ?? 0
  }

  async pastBalance(accountId: string, at: Date): Promise<string | undefined> {
    return await this.#cluster.staleRead({ exact: at }, async past => {
      const [account] = await past
        .select({ balance: accounts.balance })
        .from(accounts)
        .where(eq(accounts.id, accountId))
      return account?.balance
    })
  }

  async addPost(userId: string, title: string): Promise<Post> {
    return one(await this.#db.insert(posts).values({ userId, title }).returning(postFields))
  }

  async addViews(postId: string, views: bigint): Promise<bigint> {
    const [post] = await this.#db
      .update(posts)
      .set({ views: sql`${posts.views} + ${views}` })
      .where(eq(posts.id, postId))
      .returning({ views: posts.views })
    if (post === undefined) throw new NotFoundError(`There is no post ${postId}.`)
    return post.views
  }

  async unpublishPost(postId: string): Promise<void> {
    await this.#cluster.transaction(async tx => {
      const author = tx.select({ userId: posts.userId }).from(posts).where(eq(posts.id, postId))
      const published = await tx.$count(posts, and(eq(posts.published, true), inArray(posts.userId, author)))
      if (published <= 1) throw new LastPostError(`Post ${postId} is the last one.`)
      await tx.update(posts).set({ published: false }).where(eq(posts.id, postId))
    })
  }

  async listPosts(userId: string, { limit, after }: { limit: number; after?: string | undefined }): Promise<PostPage> {
    const found = await this.#db
      .select({ post: postFields, place })
      .from(posts)
      .where(and(eq(posts.userId, userId), behind(after)))
      .orderBy(...newest)
      .limit(limit + 1)
    const last = found.length > limit ? found[limit - 1] : undefined
    return { posts: found.slice(0, limit).map(({ post }) => post), next: last && encodePlace(last.place) }
  }

  async stockProduct(sku: string, stock: number): Promise<void> {
    await this.#db.insert(products).values({ sku, stock }).onConflictDoUpdate({ target: products.sku, set: { stock } })
  }

  async placeOrder(userId: string, items: readonly OrderItem[]): Promise<Order> {
    return await this.#cluster.transaction(async tx => {
      const order = one(await tx.insert(orders).values({ userId }).returning({ id: orders.id }))
      const placed: OrderItem[] = []
      const refused: OrderItem[] = []
      for (const item of items) {
        const list = (await tryToTake(tx, order.id, item)) ? placed : refused
        list.push(item)
      }
      if (placed.length === 0) throw new EmptyOrderError('Nothing of this is in stock.')
      return { id: order.id, items: placed, refused }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

const userFields = { id: users.id, email: users.email, name: users.name, version: users.version }
const accountFields = { id: accounts.id, balance: accounts.balance }
const postFields = {
  id: posts.id,
  title: posts.title,
  published: posts.published,
  views: posts.views,
  createdAt: posts.createdAt,
}
const newest = [desc(posts.createdAt), desc(posts.id)]

function one<Row>([row]: readonly Row[]): Row {
  if (row === undefined) throw new Error('The statement gave no row.')
  return row
}
