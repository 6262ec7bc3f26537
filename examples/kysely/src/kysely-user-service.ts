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
import type { Cluster } from 'cerci'
import { type ClusterKysely, withKysely } from 'cerci/kysely'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Database } from './database.js'
import { tryToTake } from './try-to-take.js'

/** The user service with Kysely's typed SQL. */
export class KyselyUserService implements UserService {
  readonly #db: Kysely<Database>
  readonly #cluster: ClusterKysely<Kysely<Database>, Transaction<Database>>

  constructor(cluster: Cluster, db: Kysely<Database>) {
    this.#db = db
    this.#cluster = withKysely(cluster, db)
  }

  async createUser({ email, name }: NewUser, openingBalance: string): Promise<UserDetails> {
    return await this.#cluster.transaction(async trx => {
      const user = await trx
        .insertInto('users')
        .values({ email, name })
        .returning(userColumns)
        .executeTakeFirstOrThrow()
      const account = await trx
        .insertInto('accounts')
        .values({ user_id: user.id, balance: openingBalance })
        .returning(['id', 'balance'])
        .executeTakeFirstOrThrow()
      return { ...toUser(user), account, posts: [] }
    })
  }

  async findUser(id: string): Promise<UserDetails | undefined> {
    const row = await this.#db
      .selectFrom('users')
      .innerJoin('accounts', 'accounts.user_id', 'users.id')
      .where('users.id', '=', id)
      .where('deleted_at', 'is', null)
      .select(['users.id', 'email', 'name', 'version', 'accounts.id as account_id', 'balance'])
      .executeTakeFirst()
    if (row === undefined) return undefined
    const posts = await this.#db
      .selectFrom('posts')
      .where('user_id', '=', id)
      .select(postColumns)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute()
    return { ...toUser(row), account: { id: row.account_id, balance: row.balance }, posts: posts.map(toPost) }
  }

  async searchUsers(text: string): Promise<readonly User[]> {
    const pattern = likePattern(text)
    const users = await this.#db
      .selectFrom('users')
      .where('deleted_at', 'is', null)
      .where(eb => eb.or([eb('name', 'ilike', pattern), eb('email', 'ilike', pattern)]))
      .select(userColumns)
      .orderBy('name')
      .orderBy('id')
      .limit(20)
      .execute()
    return users.map(toUser)
  }

  async renameUser(id: string, name: string, version: number): Promise<User> {
    const renamed = await this.#db
      .updateTable('users')
      .set(eb => ({ name, version: eb('version', '+', '1') }))
      .where('id', '=', id)
      .where('version', '=', String(version))
      .where('deleted_at', 'is', null)
      .returning(userColumns)
      .executeTakeFirst()
    if (renamed !== undefined) return toUser(renamed)
    const there = await this.#db
      .selectFrom('users')
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .select('id')
      .executeTakeFirst()
    throw there === undefined
      ? new NotFoundError(`There is no user ${id}.`)
      : new StaleVersionError(`User ${id} was changed.`)
  }

  async deleteUser(id: string): Promise<void> {
    const { numUpdatedRows } = await this.#db
      .updateTable('users')
      .set({ deleted_at: sql`now()` })
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw new NotFoundError(`There is no user ${id}.`)
  }

  async addUsers(users: readonly NewUser[]): Promise<number> {
    const emails = users.map(user => user.email)
    const names = users.map(user => user.name)
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('users')
      .columns(['email', 'name'])
      .expression(eb =>
        eb
          .selectFrom(
            sql<{ email: string; name: string }>`unnest(${emails}::STRING[], ${names}::STRING[])`.as<'u'>(
              sql`u (email, name)`,
            ),
          )
          .select(['u.email', 'u.name']),
      )
      .executeTakeFirst()
    return Number(numInsertedOrUpdatedRows)
  }

  async transfer({ id, from, to, amount }: NewTransfer): Promise<void> {
    await this.#cluster.transaction(
      async trx => {
        await trx.selectFrom('accounts').where('id', 'in', [from, to]).select('id').orderBy('id').forUpdate().execute()
        const debit = await trx
          .updateTable('accounts')
          .set(eb => ({ balance: eb('balance', '-', amount) }))
          .where('id', '=', from)
          .where('balance', '>=', amount)
          .executeTakeFirst()
        if (debit.numUpdatedRows === 0n) throw new InsufficientFundsError(`Account ${from} cannot pay ${amount}.`)
        const credit = await trx
          .updateTable('accounts')
          .set(eb => ({ balance: eb('balance', '+', amount) }))
          .where('id', '=', to)
          .executeTakeFirst()
        if (credit.numUpdatedRows === 0n) throw new NotFoundError(`There is no account ${to}.`)
        await trx.insertInto('transfers').values({ id, from_id: from, to_id: to, amount }).execute()
      },
      {
        verify: async db => {
          const transfer = await db.selectFrom('transfers').where('id', '=', id).select('id').executeTakeFirst()
          return transfer !== undefined
        },
      },
    )
  }

  async creditAccounts(credits: readonly Credit[]): Promise<number> {
    const ids = credits.map(credit => credit.accountId)
    const amounts = credits.map(credit => credit.amount)
    const { numUpdatedRows } = await this.#db
      .updateTable('accounts')
      .from(
        sql<{ account_id: string; amount: string }>`unnest(${ids}::UUID[], ${amounts}::DECIMAL[])`.as<'credit'>(
          sql`credit (account_id, amount)`,
        ),
      )
      .set(eb => ({ balance: eb('accounts.balance', '+', eb.ref('credit.amount')) }))
      .whereRef('accounts.id', '=', 'credit.account_id')
      .executeTakeFirst()
    return Number(numUpdatedRows)
  }

  async pastBalance(accountId: string, at: Date): Promise<string | undefined> {
    return await this.#cluster.staleRead({ exact: at }, async past => {
      const account = await past.selectFrom('accounts').where('id', '=', accountId).select('balance').executeTakeFirst()
      return account?.balance
    })
  }

  async addPost(userId: string, title: string): Promise<Post> {
    return toPost(
      await this.#db
        .insertInto('posts')
        .values({ user_id: userId, title })
        .returning(postColumns)
        .executeTakeFirstOrThrow(),
    )
  }

  async addViews(postId: string, views: bigint): Promise<bigint> {
    const post = await this.#db
      .updateTable('posts')
      .set(eb => ({ views: eb('views', '+', String(views)) }))
      .where('id', '=', postId)
      .returning('views')
      .executeTakeFirst()
    if (post === undefined) throw new NotFoundError(`There is no post ${postId}.`)
    return BigInt(post.views)
  }

  async unpublishPost(postId: string): Promise<void> {
    await this.#cluster.transaction(async trx => {
      const published = await trx
        .selectFrom('posts')
        .where('published', '=', true)
        .where('user_id', '=', eb => eb.selectFrom('posts').where('id', '=', postId).select('user_id'))
        .select('id')
        .execute()
      if (published.length <= 1) throw new LastPostError(`Post ${postId} is the last one.`)
      await trx.updateTable('posts').set({ published: false }).where('id', '=', postId).execute()
    })
  }

  async listPosts(userId: string, { limit, after }: { limit: number; after?: string | undefined }): Promise<PostPage> {
    const { rows, next } = await this.#cluster.page(
      this.#db.selectFrom('posts').where('user_id', '=', userId).select(postColumns),
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
    await this.#db
      .insertInto('products')
      .values({ sku, stock })
      .onConflict(conflict => conflict.column('sku').doUpdateSet({ stock }))
      .execute()
  }

  async placeOrder(userId: string, items: readonly OrderItem[]): Promise<Order> {
    return await this.#cluster.transaction(async trx => {
      const order = await trx.insertInto('orders').values({ user_id: userId }).returning('id').executeTakeFirstOrThrow()
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

function toUser({ id, email, name, version }: Pick<Selectable<Database['users']>, (typeof userColumns)[number]>): User {
  return { id, email, name, version: Number(version) }
}

function toPost(post: Pick<Selectable<Database['posts']>, (typeof postColumns)[number]>): Post {
  const { id, title, published, views, created_at } = post
  return { id, title, published, views: BigInt(views), createdAt: created_at }
}
