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
import { type Cluster, SqlState, sqlStateOf } from 'cerci'
import { type ClusterKnex, withKnex } from 'cerci/knex'
import type { Knex } from 'knex'
import type { PostRow, UserRow } from './tables.js'

/** The user service with Knex' query builder. */
export class KnexUserService implements UserService {
  readonly #db: Knex
  readonly #cluster: ClusterKnex<Knex, Knex.Transaction>

  constructor(cluster: Cluster, db: Knex) {
    this.#db = db
    this.#cluster = withKnex(cluster, db)
  }

  async createUser({ email, name }: NewUser, openingBalance: string): Promise<UserDetails> {
    return await this.#cluster.transaction(async trx => {
      const [user] = await trx('users').insert({ email, name }).returning(userColumns)
      if (user === undefined) throw new Error('The user was not returned.')
      const [account] = await trx('accounts')
        .insert({ user_id: user.id, balance: openingBalance })
        .returning(['id', 'balance'])
      if (account === undefined) throw new Error('The account was not returned.')
      return { ...toUser(user), account, posts: [] }
    })
  }

  async findUser(id: string): Promise<UserDetails | undefined> {
    const row = await this.#db('users')
      .join('accounts', 'accounts.user_id', 'users.id')
      .where('users.id', id)
      .whereNull('users.deleted_at')
      .first('users.id', 'email', 'name', 'version', 'accounts.id as account_id', 'balance')
    if (row === undefined) return undefined
    const posts = await this.#db('posts')
      .where({ user_id: id })
      .orderBy([newest, byId])
      .select(...postColumns)
    return { ...toUser(row), account: { id: row.account_id, balance: row.balance }, posts: posts.map(toPost) }
  }

  async searchUsers(text: string): Promise<readonly User[]> {
    const pattern = likePattern(text)
    const users = await this.#db('users')
      .whereNull('deleted_at')
      .where(either => void either.whereILike('name', pattern).orWhereILike('email', pattern))
      .orderBy(['name', 'id'])
      .limit(20)
      .select(...userColumns)
    return users.map(toUser)
  }

  async renameUser(id: string, name: string, version: number): Promise<User> {
    const [renamed] = await this.#db('users')
      .where({ id, version: String(version), deleted_at: null })
      .update({ name, version: this.#db.raw('version + 1') })
      .returning(userColumns)
    if (renamed !== undefined) return toUser(renamed)
    const there = await this.#db('users').where({ id, deleted_at: null }).first('id')
    throw there === undefined
      ? new NotFoundError(`There is no user ${id}.`)
      : new StaleVersionError(`User ${id} was changed.`)
  }

  async deleteUser(id: string): Promise<void> {
    const deleted = await this.#db('users').where({ id, deleted_at: null }).update({ deleted_at: this.#db.fn.now() })
    if (deleted === 0) throw new NotFoundError(`There is no user ${id}.`)
  }

  async addUsers(users: readonly NewUser[]): Promise<number> {
    const { rowCount } = await this.#db.raw<{ rowCount: number }>(
      'INSERT INTO users (email, name) SELECT * FROM unnest(?::STRING[], ?::STRING[])',
      [users.map(user => user.email), users.map(user => user.name)],
    )
    return rowCount
  }

  async transfer({ id, from, to, amount }: NewTransfer): Promise<void> {
    await this.#cluster.transaction(
      async trx => {
        await trx('accounts').whereIn('id', [from, to]).orderBy('id').forUpdate().select('id')
        const debited = await trx('accounts')
          .where({ id: from })
          .where('balance', '>=', amount)
          .update({ balance: trx.raw('balance - ?', [amount]) })
        if (debited === 0) throw new InsufficientFundsError(`Account ${from} cannot pay ${amount}.`)
        const credited = await trx('accounts')
          .where({ id: to })
          .update({ balance: trx.raw('balance + ?', [amount]) })
        if (credited === 0) throw new NotFoundError(`There is no account ${to}.`)
        await trx('transfers').insert({ id, from_id: from, to_id: to, amount })
      },
      { verify: async db => (await db('transfers').where({ id }).first('id')) !== undefined },
    )
  }

  async creditAccounts(credits: readonly Credit[]): Promise<number> {
    const { rowCount } = await this.#db.raw<{ rowCount: number }>(
      `UPDATE accounts SET balance = accounts.balance + credit.amount
       FROM unnest(?::UUID[], ?::DECIMAL[]) AS credit (account_id, amount) WHERE accounts.id = credit.account_id`,
      [credits.map(credit => credit.accountId), credits.map(credit => credit.amount)],
    )
    return rowCount
  }

  async pastBalance(accountId: string, at: Date): Promise<string | undefined> {
    return await this.#cluster.staleRead({ exact: at }, async past => {
      const account = await past('accounts').where({ id: accountId }).first('balance')
      return account?.balance
    })
  }

  async addPost(userId: string, title: string): Promise<Post> {
    const [post] = await this.#db('posts').insert({ user_id: userId, title }).returning(postColumns)
    if (post === undefined) throw new Error('The post was not returned.')
    return toPost(post)
  }

  async addViews(postId: string, views: bigint): Promise<bigint> {
    const [post] = await this.#db('posts')
      .where({ id: postId })
      .update({ views: this.#db.raw('views + ?', [String(views)]) })
      .returning('views')
    if (post === undefined) throw new NotFoundError(`There is no post ${postId}.`)
    return BigInt(post.views)
  }

  async unpublishPost(postId: string): Promise<void> {
    await this.#cluster.transaction(async trx => {
      const post = await trx('posts').where({ id: postId }).first('user_id')
      if (post === undefined) throw new NotFoundError(`There is no post ${postId}.`)
      const published = await trx('posts').where({ user_id: post.user_id, published: true }).select('id')
      if (published.length <= 1) throw new LastPostError(`Post ${postId} is the last one.`)
      await trx('posts').where({ id: postId }).update({ published: false })
    })
  }

  async listPosts(userId: string, { limit, after }: { limit: number; after?: string | undefined }): Promise<PostPage> {
    const { rows, next } = await this.#cluster.page(
      this.#db('posts')
        .where({ user_id: userId })
        .select(...postColumns),
      {
        orderBy: [
          { column: 'created_at', direction: 'desc' },
          { column: 'id', direction: 'desc' },
        ],
        limit,
        after,
        scope: userId,
      },
    )
    return { posts: rows.map(toPost), next }
  }

  async stockProduct(sku: string, stock: number): Promise<void> {
    await this.#db('products').upsert({ sku, stock })
  }

  async placeOrder(userId: string, items: readonly OrderItem[]): Promise<Order> {
    return await this.#cluster.transaction(async trx => {
      const [order] = await trx('orders').insert({ user_id: userId }).returning('id')
      if (order === undefined) throw new Error('The order was not returned.')
      const placed: OrderItem[] = []
      const refused: OrderItem[] = []
      for (const item of items) {
        const list = (await tryToTake(trx, order.id, item)) ? placed : refused
        list.push(item)
      }
      if (placed.length === 0) throw new EmptyOrderError('Nothing of this is in stock.')
      return { id: order.id, items: placed, refused }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#db.destroy()
  }
}

const userColumns = ['id', 'email', 'name', 'version'] as const
const postColumns = ['id', 'title', 'published', 'views', 'created_at'] as const
const newest = { column: 'created_at', order: 'desc' } as const
const byId = { column: 'id', order: 'desc' } as const

function toUser({ id, email, name, version }: Pick<UserRow, (typeof userColumns)[number]>): User {
  return { id, email, name, version: Number(version) }
}

function toPost({ id, title, published, views, created_at }: Pick<PostRow, (typeof postColumns)[number]>): Post {
  return { id, title, published, views: BigInt(views), createdAt: created_at }
}

/** An unknown product and one that is out of stock violate constraints; the savepoint, a nested transaction, takes back only this item. */
async function tryToTake(trx: Knex.Transaction, orderId: string, { sku, quantity }: OrderItem): Promise<boolean> {
  try {
    await trx.transaction(async item => {
      await item('products')
        .where({ sku })
        .update({ stock: item.raw('stock - ?', [quantity]) })
      await item('order_items').insert({ order_id: orderId, sku, quantity })
    })
    return true
  } catch (error) {
    const refusals: unknown[] = [SqlState.checkViolation, SqlState.foreignKeyViolation]
    if (refusals.includes(sqlStateOf(error))) return false
    throw error
  }
}
