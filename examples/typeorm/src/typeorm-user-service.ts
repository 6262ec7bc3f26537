import {
  type Credit,
  EmptyOrderError,
  InsufficientFundsError,
  type OrderItem as Item,
  LastPostError,
  likePattern,
  type NewTransfer,
  type NewUser,
  NotFoundError,
  type Order as PlacedOrder,
  type PostPage,
  type Post as PostView,
  StaleVersionError,
  type UserDetails,
  type UserService,
  type User as UserView,
} from '@cerci/example-service'
import { type Cluster, SqlState, sqlStateOf } from 'cerci'
import { type ClusterTypeOrm, withTypeOrm } from 'cerci/typeorm'
import { type DataSource, type EntityManager, ILike, In, IsNull, MoreThanOrEqual } from 'typeorm'
import { Account } from './entities/account.js'
import { Order } from './entities/order.js'
import { OrderItem } from './entities/order-item.js'
import { Post } from './entities/post.js'
import { Product } from './entities/product.js'
import { Transfer } from './entities/transfer.js'
import { User } from './entities/user.js'

/** The user service with TypeORM's entities. */
export class TypeOrmUserService implements UserService {
  readonly #db: DataSource
  readonly #cluster: ClusterTypeOrm<DataSource, EntityManager>

  constructor(cluster: Cluster, db: DataSource) {
    this.#db = db
    this.#cluster = withTypeOrm(cluster, db)
  }

  async createUser({ email, name }: NewUser, openingBalance: string): Promise<UserDetails> {
    return await this.#cluster.transaction(async manager => {
      const user = await manager.save(manager.create(User, { email, name }))
      const account = await manager.save(manager.create(Account, { userId: user.id, balance: openingBalance }))
      return { ...toUser(user), account: { id: account.id, balance: openingBalance }, posts: [] }
    })
  }

  async findUser(id: string): Promise<UserDetails | undefined> {
    const user = await this.#db.manager.findOne(User, {
      where: { id },
      relations: { account: true, posts: true },
      order: { posts: { createdAt: 'DESC', id: 'DESC' } },
    })
    if (user === null) return undefined
    const { id: accountId, balance } = user.account
    return { ...toUser(user), account: { id: accountId, balance }, posts: user.posts.map(toPost) }
  }

  async searchUsers(text: string): Promise<readonly UserView[]> {
    const pattern = ILike(likePattern(text))
    const users = await this.#db.manager.find(User, {
      where: [{ name: pattern }, { email: pattern }],
      order: { name: 'ASC', id: 'ASC' },
      take: 20,
    })
    return users.map(toUser)
  }

  async renameUser(id: string, name: string, version: number): Promise<UserView> {
    const { raw } = await this.#db.manager
      .createQueryBuilder()
      .update(User)
      .set({ name, version: () => 'version + 1' })
      .where({ id, version, deletedAt: IsNull() })
      .returning(['id', 'email', 'name', 'version'])
      .execute()
    const [renamed]: (Omit<UserView, 'version'> & { version: string })[] = raw
    if (renamed !== undefined) return { ...renamed, version: Number(renamed.version) }
    const isThere = await this.#db.manager.existsBy(User, { id })
    throw isThere ? new StaleVersionError(`User ${id} was changed.`) : new NotFoundError(`There is no user ${id}.`)
  }

  async deleteUser(id: string): Promise<void> {
    const { affected } = await this.#db.manager.softDelete(User, { id, deletedAt: IsNull() })
    if (affected === 0) throw new NotFoundError(`There is no user ${id}.`)
  }

  async addUsers(users: readonly NewUser[]): Promise<number> {
    const added: unknown[] = await this.#db.query(
      'INSERT INTO users (email, name) SELECT * FROM unnest($1::STRING[], $2::STRING[]) RETURNING id',
      [users.map(user => user.email), users.map(user => user.name)],
    )
    return added.length
  }

  async transfer({ id, from, to, amount }: NewTransfer): Promise<void> {
    await this.#cluster.transaction(
      async manager => {
        await manager.find(Account, {
          select: { id: true },
          where: { id: In([from, to]) },
          order: { id: 'ASC' },
          lock: { mode: 'pessimistic_write' },
        })
        const debit = await manager.decrement(
          Account,
          { id: from, balance: MoreThanOrEqual(amount) },
          'balance',
          amount,
        )
        if (debit.affected === 0) throw new InsufficientFundsError(`Account ${from} cannot pay ${amount}.`)
        const credit = await manager.increment(Account, { id: to }, 'balance', amount)
        if (credit.affected === 0) throw new NotFoundError(`There is no account ${to}.`)
        await manager.insert(Transfer, { id, fromId: from, toId: to, amount })
      },
      { verify: db => db.manager.existsBy(Transfer, { id }) },
    )
  }

  async creditAccounts(credits: readonly Credit[]): Promise<number> {
    const credited: unknown[] = await this.#db.query(
      `WITH credited AS (
         UPDATE accounts SET balance = accounts.balance + credit.amount
         FROM unnest($1::UUID[], $2::DECIMAL[]) AS credit (account_id, amount) WHERE accounts.id = credit.account_id
         RETURNING accounts.id
       ) SELECT id FROM credited`,
      [credits.map(credit => credit.accountId), credits.map(credit => credit.amount)],
    )
    return credited.length
  }

  async pastBalance(accountId: string, at: Date): Promise<string | undefined> {
    return await this.#cluster.staleRead({ exact: at }, async past => {
      const account = await past.findOneBy(Account, { id: accountId })
      return account?.balance
    })
  }

  async addPost(userId: string, title: string): Promise<PostView> {
    return toPost(await this.#db.manager.save(this.#db.manager.create(Post, { userId, title })))
  }

  async addViews(postId: string, views: bigint): Promise<bigint> {
    const { raw } = await this.#db.manager
      .createQueryBuilder()
      .update(Post)
      .set({ views: () => 'views + :views' })
      .setParameter('views', views.toString())
      .where({ id: postId })
      .returning('views')
      .execute()
    const [post]: { views: string }[] = raw
    if (post === undefined) throw new NotFoundError(`There is no post ${postId}.`)
    return BigInt(post.views)
  }

  async unpublishPost(postId: string): Promise<void> {
    await this.#cluster.transaction(async manager => {
      const post = await manager.findOneBy(Post, { id: postId })
      if (post === null) throw new NotFoundError(`There is no post ${postId}.`)
      const published = await manager.countBy(Post, { userId: post.userId, published: true })
      if (published <= 1) throw new LastPostError(`Post ${postId} is the last one.`)
      await manager.update(Post, { id: postId }, { published: false })
    })
  }

  async listPosts(userId: string, { limit, after }: { limit: number; after?: string | undefined }): Promise<PostPage> {
    const { rows, next } = await this.#cluster.page<PostRow>(
      this.#db.manager.createQueryBuilder(Post, 'post').where({ userId }),
      {
        orderBy: [
          { column: 'post_created_at', direction: 'desc' },
          { column: 'post_id', direction: 'desc' },
        ],
        limit,
        after,
        scope: userId,
      },
    )
    return {
      posts: rows.map(row => ({
        id: row.post_id,
        title: row.post_title,
        published: row.post_published,
        views: BigInt(row.post_views),
        createdAt: row.post_created_at,
      })),
      next,
    }
  }

  async stockProduct(sku: string, stock: number): Promise<void> {
    await this.#db.manager.upsert(Product, { sku, stock }, ['sku'])
  }

  async placeOrder(userId: string, items: readonly Item[]): Promise<PlacedOrder> {
    return await this.#cluster.transaction(async manager => {
      const order = await manager.save(manager.create(Order, { userId }))
      const placed: Item[] = []
      const refused: Item[] = []
      for (const item of items) {
        const list = (await tryToTake(manager, order.id, item)) ? placed : refused
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

/** A post as `getRawMany()` gives it. */
interface PostRow {
  readonly post_id: string
  readonly post_title: string
  readonly post_published: boolean
  readonly post_views: string
  readonly post_created_at: Date
}

function toUser({ id, email, name, version }: User): UserView {
  return { id, email, name, version }
}

function toPost({ id, title, published, views, createdAt }: Post): PostView {
  return { id, title, published, views, createdAt }
}

/** An unknown product and one that is out of stock violate constraints; the savepoint, a nested transaction, takes back only this item. */
async function tryToTake(manager: EntityManager, orderId: string, { sku, quantity }: Item): Promise<boolean> {
  try {
    await manager.transaction(async item => {
      await item.decrement(Product, { sku }, 'stock', quantity)
      await item.insert(OrderItem, { orderId, sku, quantity })
    })
    return true
  } catch (error) {
    const refusals: unknown[] = [SqlState.checkViolation, SqlState.foreignKeyViolation]
    if (refusals.includes(sqlStateOf(error))) return false
    throw error
  }
}
