import {
  type Credit,
  EmptyOrderError,
  InsufficientFundsError,
  LastPostError,
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
import { sqlStateOf } from 'cerci'
import type { Database } from './connect.js'
import { toDetails, toPost, toUser, withDetails } from './entities.js'
import type { Prisma } from './generated/client.js'

/** The user service over Prisma. */
export class PrismaUserService implements UserService {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  get #prisma(): Database['client'] {
    return this.#database.client
  }

  /** A nested write: Prisma makes one transaction of it, and cerci runs it again as one. */
  async createUser({ email, name }: NewUser, openingBalance: string): Promise<UserDetails> {
    const user = await this.#prisma.user.create({
      data: { email, name, account: { create: { balance: openingBalance } } },
      include: withDetails,
    })
    return found(toDetails(user), `There is no user ${user.id}.`)
  }

  async findUser(id: string): Promise<UserDetails | undefined> {
    const user = await this.#prisma.user.findFirst({ where: { id, deletedAt: null }, include: withDetails })
    return user === null ? undefined : toDetails(user)
  }

  async searchUsers(text: string): Promise<readonly User[]> {
    const contains = { contains: text.replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' } as const
    const users = await this.#prisma.user.findMany({
      where: { deletedAt: null, OR: [{ name: contains }, { email: contains }] },
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
      take: 20,
    })
    return users.map(toUser)
  }

  async renameUser(id: string, name: string, version: number): Promise<User> {
    const [user] = await this.#prisma.user.updateManyAndReturn({
      where: { id, version, deletedAt: null },
      data: { name, version: { increment: 1 } },
    })
    if (user !== undefined) return toUser(user)
    const exists = await this.#prisma.user.count({ where: { id, deletedAt: null } })
    throw exists === 0 ? new NotFoundError(`There is no user ${id}.`) : new StaleVersionError(`User ${id} was changed.`)
  }

  async deleteUser(id: string): Promise<void> {
    const { count } = await this.#prisma.user.updateMany({
      where: { id, deletedAt: null },
      data: { deletedAt: new Date() },
    })
    if (count === 0) throw new NotFoundError(`There is no user ${id}.`)
  }

  /** `createMany` would send a value list as long as the list; two arrays have one text, and so one plan. */
  async addUsers(users: readonly NewUser[]): Promise<number> {
    return await this.#prisma.$executeRaw`
      INSERT INTO users (email, name)
      SELECT * FROM unnest(${users.map(user => user.email)}::STRING[], ${users.map(user => user.name)}::STRING[])`
  }

  async transfer({ id, from, to, amount }: NewTransfer): Promise<void> {
    await this.#database.transaction(
      async tx => {
        await tx.$queryRaw`SELECT id::STRING FROM accounts WHERE id IN (${from}::UUID, ${to}::UUID) ORDER BY id FOR UPDATE`
        const debit = await tx.account.updateMany({
          where: { id: from, balance: { gte: amount } },
          data: { balance: { decrement: amount } },
        })
        if (debit.count === 0) throw new InsufficientFundsError(`Account ${from} cannot pay ${amount}.`)
        const credit = await tx.account.updateMany({ where: { id: to }, data: { balance: { increment: amount } } })
        if (credit.count === 0) throw new NotFoundError(`There is no account ${to}.`)
        await tx.transfer.create({ data: { id, fromId: from, toId: to, amount } })
      },
      { verify: async db => (await db.transfer.count({ where: { id } })) === 1 },
    )
  }

  async creditAccounts(credits: readonly Credit[]): Promise<number> {
    const ids = credits.map(credit => credit.accountId)
    const amounts = credits.map(credit => credit.amount)
    return await this.#prisma.$executeRaw`
      UPDATE accounts SET balance = accounts.balance + credit.amount
      FROM unnest(${ids}::UUID[], ${amounts}::DECIMAL[]) AS credit (account_id, amount) WHERE accounts.id = credit.account_id`
  }

  async pastBalance(accountId: string, at: Date): Promise<string | undefined> {
    const account = await this.#database.staleRead({ exact: at }, past =>
      past.account.findUnique({ where: { id: accountId } }),
    )
    return account?.balance.toFixed(2)
  }

  async addPost(userId: string, title: string): Promise<Post> {
    return toPost(await this.#prisma.post.create({ data: { userId, title } }))
  }

  async addViews(postId: string, views: bigint): Promise<bigint> {
    const [post] = await this.#prisma.post.updateManyAndReturn({
      where: { id: postId },
      data: { views: { increment: views } },
    })
    return found(post, `There is no post ${postId}.`).views
  }

  async unpublishPost(postId: string): Promise<void> {
    await this.#prisma.$transaction(async tx => {
      const post = found(await tx.post.findUnique({ where: { id: postId } }), `There is no post ${postId}.`)
      const published = await tx.post.count({ where: { userId: post.userId, published: true } })
      if (published <= 1) throw new LastPostError(`Post ${postId} is the last one.`)
      await tx.post.update({ where: { id: postId }, data: { published: false } })
    }, patient)
  }

  /** Prisma's cursor compares with the row it names, in the database, so that microseconds are not lost on the way. */
  async listPosts(userId: string, { limit, after }: { limit: number; after?: string | undefined }): Promise<PostPage> {
    const posts = await this.#prisma.post.findMany({
      where: { userId },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
      ...(after !== undefined && { cursor: { id: after }, skip: 1 }),
    })
    const page = posts.slice(0, limit)
    return { posts: page.map(toPost), next: posts.length > limit ? page.at(-1)?.id : undefined }
  }

  async stockProduct(sku: string, stock: number): Promise<void> {
    await this.#prisma.product.upsert({ where: { sku }, create: { sku, stock }, update: { stock } })
  }

  async placeOrder(userId: string, items: readonly OrderItem[]): Promise<Order> {
    return await this.#prisma.$transaction(async tx => {
      const order = await tx.order.create({ data: { userId } })
      const placed: OrderItem[] = []
      const refused: OrderItem[] = []
      for (const item of items) {
        const list = (await tryToTake(tx, order.id, item)) ? placed : refused
        list.push(item)
      }
      if (placed.length === 0) throw new EmptyOrderError('Nothing of this is in stock.')
      return { id: order.id, items: placed, refused }
    }, patient)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]()
  }
}

/** Prisma's own limits are 2 s for a connection and 5 s for the transaction. */
const patient = { maxWait: 15_000, timeout: 30_000 }

/** An unknown product and one that is out of stock violate constraints; the savepoint takes back only this item. */
async function tryToTake(
  tx: Prisma.TransactionClient,
  orderId: string,
  { sku, quantity }: OrderItem,
): Promise<boolean> {
  await tx.$executeRaw`SAVEPOINT item`
  try {
    await tx.product.updateMany({ where: { sku }, data: { stock: { decrement: quantity } } })
    await tx.orderItem.create({ data: { orderId, sku, quantity } })
  } catch (error) {
    if (!['23503', '23514'].includes(sqlStateOf(error) ?? '')) throw error
    await tx.$executeRaw`ROLLBACK TO SAVEPOINT item`
    return false
  }
  await tx.$executeRaw`RELEASE SAVEPOINT item`
  return true
}

function found<T>(value: T | null | undefined, message: string): T {
  if (value === null || value === undefined) throw new NotFoundError(message)
  return value
}
