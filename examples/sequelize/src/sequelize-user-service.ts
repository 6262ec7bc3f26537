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
  type PostPage,
  type Post as PostView,
  StaleVersionError,
  type UserDetails,
  type UserService,
  type User as UserView,
} from '@cerci/example-service'
import { SqlState, sqlStateOf } from 'cerci'
import { literal, Op, QueryTypes, type Transaction } from 'sequelize'
import type { Database } from './database.js'
import { defineModels, type Models } from './models/models.js'
import type { Post } from './models/post.js'
import type { User } from './models/user.js'

/** The user service with Sequelize's models. */
export class SequelizeUserService implements UserService {
  readonly #db: Database['sequelize']
  readonly #cluster: Database['onCluster']
  readonly #models: Models

  constructor({ sequelize, onCluster }: Database) {
    this.#db = sequelize
    this.#cluster = onCluster
    this.#models = defineModels(sequelize)
  }

  async createUser({ email, name }: NewUser, openingBalance: string): Promise<UserDetails> {
    return await this.#cluster.transaction(async transaction => {
      const user = await this.#models.User.create({ email, name }, { transaction })
      const account = await this.#models.Account.create({ userId: user.id, balance: openingBalance }, { transaction })
      return { ...toUser(user), account: { id: account.id, balance: account.balance }, posts: [] }
    })
  }

  async findUser(id: string): Promise<UserDetails | undefined> {
    const user = await this.#models.User.findByPk(id, {
      include: ['account', 'posts'],
      order: [
        ['posts', 'createdAt', 'DESC'],
        ['posts', 'id', 'DESC'],
      ],
    })
    if (user?.account === undefined) return undefined
    const { id: accountId, balance } = user.account
    return { ...toUser(user), account: { id: accountId, balance }, posts: (user.posts ?? []).map(toPost) }
  }

  async searchUsers(text: string): Promise<readonly UserView[]> {
    const contains = { [Op.iLike]: likePattern(text) }
    const users = await this.#models.User.findAll({
      where: { [Op.or]: [{ name: contains }, { email: contains }] },
      order: ['name', 'id'],
      limit: 20,
    })
    return users.map(toUser)
  }

  async renameUser(id: string, name: string, version: number): Promise<UserView> {
    const [, [renamed]] = await this.#models.User.update(
      { name, version: literal('version + 1') },
      { where: { id, version }, returning: true },
    )
    if (renamed !== undefined) return toUser(renamed)
    const there = await this.#models.User.count({ where: { id } })
    throw there === 0 ? new NotFoundError(`There is no user ${id}.`) : new StaleVersionError(`User ${id} was changed.`)
  }

  async deleteUser(id: string): Promise<void> {
    const deleted = await this.#models.User.destroy({ where: { id } })
    if (deleted === 0) throw new NotFoundError(`There is no user ${id}.`)
  }

  async addUsers(users: readonly NewUser[]): Promise<number> {
    const [, added] = await this.#db.query(
      'INSERT INTO users (email, name) SELECT * FROM unnest($1::STRING[], $2::STRING[])',
      { bind: [users.map(user => user.email), users.map(user => user.name)], type: QueryTypes.INSERT },
    )
    return added
  }

  async transfer({ id, from, to, amount }: NewTransfer): Promise<void> {
    const { Account, Transfer } = this.#models
    await this.#cluster.transaction(
      async transaction => {
        await Account.findAll({
          attributes: ['id'],
          where: { id: [from, to] },
          order: ['id'],
          lock: true,
          transaction,
        })
        const paid = { id: from, balance: { [Op.gte]: amount } }
        const value = this.#db.escape(amount)
        const [debited] = await Account.update({ balance: literal(`balance - ${value}`) }, { where: paid, transaction })
        if (debited === 0) throw new InsufficientFundsError(`Account ${from} cannot pay ${amount}.`)
        const [credited] = await Account.update(
          { balance: literal(`balance + ${value}`) },
          { where: { id: to }, transaction },
        )
        if (credited === 0) throw new NotFoundError(`There is no account ${to}.`)
        await Transfer.create({ id, fromId: from, toId: to, amount }, { transaction })
      },
      { verify: async () => (await Transfer.count({ where: { id } })) === 1 },
    )
  }

  async creditAccounts(credits: readonly Credit[]): Promise<number> {
    const [, credited] = await this.#db.query(
      `UPDATE accounts SET balance = accounts.balance + credit.amount
       FROM unnest($1::UUID[], $2::DECIMAL[]) AS credit (account_id, amount) WHERE accounts.id = credit.account_id`,
      {
        bind: [credits.map(credit => credit.accountId), credits.map(credit => credit.amount)],
        type: QueryTypes.UPDATE,
      },
    )
    return credited
  }

  async pastBalance(accountId: string, at: Date): Promise<string | undefined> {
    return await this.#cluster.staleRead({ exact: at }, async transaction => {
      const account = await this.#models.Account.findByPk(accountId, { transaction })
      return account?.balance
    })
  }

  async addPost(userId: string, title: string): Promise<PostView> {
    return toPost(await this.#models.Post.create({ userId, title }))
  }

  async addViews(postId: string, views: bigint): Promise<bigint> {
    const [, [post]] = await this.#models.Post.update(
      { views: literal(`views + ${views}`) },
      { where: { id: postId }, returning: true },
    )
    if (post === undefined) throw new NotFoundError(`There is no post ${postId}.`)
    return BigInt(post.views)
  }

  async unpublishPost(postId: string): Promise<void> {
    const { Post } = this.#models
    await this.#cluster.transaction(async transaction => {
      const post = await Post.findByPk(postId, { transaction })
      if (post === null) throw new NotFoundError(`There is no post ${postId}.`)
      const published = await Post.count({ where: { userId: post.userId, published: true }, transaction })
      if (published <= 1) throw new LastPostError(`Post ${postId} is the last one.`)
      await post.update({ published: false }, { transaction })
    })
  }

  async listPosts(userId: string, { limit, after }: { limit: number; after?: string | undefined }): Promise<PostPage> {
    const { rows, next } = await this.#cluster.page<PostRow>(
      { text: 'SELECT id, title, published, views, created_at FROM posts WHERE user_id = $1', values: [userId] },
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
    return { posts: rows.map(({ created_at, ...row }) => toPost({ ...row, createdAt: created_at })), next }
  }

  async stockProduct(sku: string, stock: number): Promise<void> {
    await this.#models.Product.upsert({ sku, stock })
  }

  async placeOrder(userId: string, items: readonly OrderItem[]): Promise<Order> {
    return await this.#cluster.transaction(async transaction => {
      const order = await this.#models.Order.create({ userId }, { transaction })
      const placed: OrderItem[] = []
      const refused: OrderItem[] = []
      for (const item of items) {
        const list = (await this.#tryToTake(order.id, item, transaction)) ? placed : refused
        list.push(item)
      }
      if (placed.length === 0) throw new EmptyOrderError('Nothing of this is in stock.')
      return { id: order.id, items: placed, refused }
    })
  }

  /** An unknown product and one that is out of stock violate constraints; the savepoint, a nested transaction, takes back only this item. */
  async #tryToTake(orderId: string, { sku, quantity }: OrderItem, parent: Transaction): Promise<boolean> {
    try {
      await this.#db.transaction({ transaction: parent }, async transaction => {
        await this.#models.Product.decrement('stock', { by: quantity, where: { sku }, transaction })
        await this.#models.OrderItem.create({ orderId, sku, quantity }, { transaction })
      })
      return true
    } catch (error) {
      const refusals: unknown[] = [SqlState.checkViolation, SqlState.foreignKeyViolation]
      if (refusals.includes(sqlStateOf(error))) return false
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#db.close()
  }
}

interface PostRow {
  readonly id: string
  readonly title: string
  readonly published: boolean
  readonly views: string
  readonly created_at: Date
}

function toUser({ id, email, name, version }: User): UserView {
  return { id, email, name, version }
}

function toPost({
  id,
  title,
  published,
  views,
  createdAt,
}: Pick<Post, 'id' | 'title' | 'published' | 'views' | 'createdAt'>): PostView {
  return { id, title, published, views: BigInt(views), createdAt }
}
